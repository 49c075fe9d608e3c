import { setTimeout as wait } from 'node:timers/promises';
import { assert } from '@whisperforge/kernel/assert';
import { AppError } from '../../../platform/errors.ts';
import { findAccountOfCustomer } from '../../accounts/index.ts';
import { CUSTOMER_NOT_IMPORTABLE, PROVIDER_UNAVAILABLE } from '../errors.ts';
import { faultOf, isAway, patiently } from '../sweep/patiently.ts';
import type { ImportOptions } from './options.ts';
import { findIncoming, markDone, skip, type Incoming } from './store.ts';
import { findAccountOfUser } from './users.ts';

export interface Writing {
  readonly signal: AbortSignal | undefined;
  readonly onWritten: (customers: number) => void;
}

const TOGETHER = 40;
const AT_ONCE = 4;
/** Somebody who has taken a customer and died gives it up after thirty seconds. */
const BUSY_WAIT_MS = 1_000;
const MOST_BUSY_WAITS = 40;

/** Makes those who were read and not skipped customers of ours, each whole or not at all. */
export async function writeCustomers(
  options: ImportOptions,
  importId: number,
  { signal, onWritten }: Writing,
): Promise<void> {
  for (;;) {
    const incoming = await findIncoming(options.database, importId, TOGETHER);
    if (incoming.length === 0) return;
    for (let from = 0; from < incoming.length; from += AT_ONCE) {
      signal?.throwIfAborted();
      const some = incoming.slice(from, from + AT_ONCE);
      const written = await Promise.allSettled(
        some.map((each) => writeOne(options, importId, each)),
      );
      for (const each of written) if (each.status === 'rejected') throw each.reason;
      onWritten(some.length);
    }
  }
}

async function writeOne(
  options: ImportOptions,
  importId: number,
  incoming: Incoming,
): Promise<void> {
  const { database } = options;
  const { customerId } = incoming;
  try {
    const accountId =
      (await findAccountOfCustomer(database, customerId)) ?? (await ensureUser(options, incoming));
    await untilOurs(options, { customerId, accountId });
  } catch (error) {
    if (isAway(error)) throw error;
    return skip(database, importId, { customerId, reason: whyNot(error) });
  }
  await markDone(database, importId, customerId);
}

/** One customer with whom something is wrong does not keep the others out. */
function whyNot(error: unknown): string {
  const isRefused = error instanceof AppError && error.code === CUSTOMER_NOT_IMPORTABLE.code;
  return isRefused ? error.message : `it cannot be written: ${faultOf(error)}`;
}

/** The account of the user whom the customer names, who is made where the app has not done so. */
async function ensureUser(
  { accounts, clock }: ImportOptions,
  { externalId, email, knownSinceMs }: Incoming,
): Promise<number> {
  assert(externalId !== null, 'who comes in names a user');
  const known = await findAccountOfUser(accounts, externalId);
  if (known !== undefined) return known;
  assert(email !== null, 'who comes in as a new user has a mail address');
  const nowMs = clock.nowMs();
  const signedUpMs = Math.min(knownSinceMs ?? nowMs, nowMs);
  const user = await accounts.upsertUser(externalId, { email, signedUpMs }, nowMs);
  return user.accountId;
}

/** Somebody else who is at the customer may also have been faster in writing. */
async function untilOurs(
  { database, projector }: ImportOptions,
  { customerId, accountId }: { readonly customerId: string; readonly accountId: number },
): Promise<void> {
  for (let waits = 0; waits < MOST_BUSY_WAITS; waits += 1) {
    const done = await patiently(() => projector.adopt(customerId, accountId));
    const owner = done === 'busy' ? undefined : await findAccountOfCustomer(database, customerId);
    if (owner === accountId) return;
    await wait(BUSY_WAIT_MS);
  }
  throw new AppError(PROVIDER_UNAVAILABLE, { message: 'Others hold a customer for too long.' });
}
