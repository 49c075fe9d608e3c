import { setTimeout as wait } from 'node:timers/promises';

/**
 * Lets time pass: between the attempts of a client, and until the random moment of a blow. Never to
 * wait for something to have happened.
 */
export async function pause(durationMs: number): Promise<void> {
  await wait(durationMs);
}
