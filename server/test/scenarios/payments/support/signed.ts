import { createHmac } from 'node:crypto';
import { systemClock } from '@whisperforge/kernel/clock';

export interface Signing {
  readonly secret: string;
  /** By the machine's clock, as Stripe signs; now where nothing is said. */
  readonly atMs?: number;
}

/** A body and the header by which Stripe signs it; a string is signed as it is. */
export function signed(
  event: unknown,
  { secret, atMs = systemClock.nowMs() }: Signing,
): { readonly body: string; readonly header: string } {
  const body = typeof event === 'string' ? event : JSON.stringify(event);
  // The clock is read once: a second may pass between the instant and its signature.
  const at = { secret, atMs };
  return { body, header: `t=${secondsOf(at)},v1=${signatureOf(body, at)}` };
}

export function signatureOf(body: string, signing: Signing): string {
  const text = `${secondsOf(signing)}.${body}`;
  return createHmac('sha256', signing.secret).update(text).digest('hex');
}

function secondsOf({ atMs = systemClock.nowMs() }: Signing): number {
  return Math.floor(atMs / 1_000);
}
