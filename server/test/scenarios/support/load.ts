import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { FREE_USERS, levelUser, LIMITED_USER } from './load-users.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { patientClient, type PatientClient, type PatientClientOptions } from './patient-client.ts';
import type { Random } from './random.ts';
import { openStaffDoor } from './staff-door.ts';
import { createWorker } from './worker.ts';

export interface Load {
  readonly ledger: Ledger;
  /** Resolves when that many more are acknowledged; rejects when a worker has failed. */
  afterMore(count: number): Promise<void>;
  /** Begins nothing more; resolves when all that was begun is acknowledged. */
  finish(): Promise<void>;
}

export interface LoadOptions extends PatientClientOptions {
  readonly databaseUrl: string;
  readonly random: Random;
  readonly workers: number;
}

/** Starts workers that book, hold, commit and release without pause until told to finish. */
export async function startLoad(options: LoadOptions): Promise<Load> {
  await makeUsers(options);
  const ledger = createLedger();
  const state = { isOver: false };
  const failure = Promise.withResolvers<never>();
  // Told again when the load finishes, if nobody listens now.
  failure.promise.catch(() => undefined);
  const clients: PatientClient[] = [];
  const work = async (number: number): Promise<void> => {
    const client = patientClient(options);
    clients.push(client);
    const doNext = createWorker({ number, client, ledger, random: options.random.fork() });
    while (!state.isOver) await doNext();
  };
  // All have ended before one that failed is thrown: nothing goes on behind a failed scenario.
  const ends = Promise.allSettled(
    Array.from({ length: options.workers }, (_, number) =>
      work(number).catch((error: unknown) => {
        state.isOver = true;
        failure.reject(error);
        throw error;
      }),
    ),
  );
  return {
    ledger,
    afterMore: (count) => Promise.race([ledger.afterMore(count), failure.promise]),
    async finish() {
      state.isOver = true;
      const failed = (await ends).filter((end) => end.status === 'rejected');
      for (const client of clients) client.close();
      // They fail alike, mostly, so that the first says enough.
      if (failed[0]) throw new Error(`${failed.length} failed`, { cause: failed[0].reason });
    },
  };
}

async function makeUsers(options: LoadOptions): Promise<void> {
  const client = patientClient(options);
  const levels = Array.from({ length: options.workers }, (_, number) => levelUser(number));
  for (const user of [...FREE_USERS, ...levels, LIMITED_USER]) {
    const body = { email: 'load@example.com' };
    const made = await client.call({ method: 'PUT', path: `/v1/users/${user}`, body });
    assert.equal(made.status, 200);
  }
  client.close();
  await using staff = await openStaffDoor(options.databaseUrl, systemClock);
  for (const user of FREE_USERS) await staff.overridePlan(user, 'enterprise', null);
}
