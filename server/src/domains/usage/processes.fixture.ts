import { afterAll, beforeAll } from 'vitest';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { parseQuantity, units, type Quantity } from '@whisperforge/kernel/quantity';
import { createProcess, unluckyProcess } from '../../../test/simulation/process.ts';
import type { Mishap, Process } from '../../../test/simulation/process.ts';
import { soldAfter } from '../../../test/simulation/sold.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import type { CommandTarget } from '../access/index.ts';
import { createPricing, readCatalogFile } from '../pricing/index.ts';
import { NONCE_LENGTH, reservationId } from './reservation-id.ts';
import type { CommitOperation, ReserveOperation, TrackOperation } from './batch/operations.ts';

export interface Person {
  readonly user: string;
  readonly accountId: number;
}

/** Two server processes' worth of services on one database, with a clock that both follow. */
export interface Processes {
  readonly database: PostgresDatabase;
  readonly clock: ManualClock;
  readonly one: Process;
  readonly other: Process;
  /** A process that shares what `one` knows, and meets with a mishap. */
  readonly unlucky: (mishap: Mishap) => Process;
  /** Somebody new, whose quota periods are counted from now. */
  readonly person: () => Promise<Person>;
  readonly command: (person: Person) => CommandTarget;
  /** Puts the next catalogue on sale; nobody is told. */
  readonly publish: () => Promise<void>;
}

/** Noon of the last day of January, so that months are of several lengths. */
export const START_MS = Date.UTC(2027, 0, 31, 12);

/** The processes for the tests of this file; the free plan has 60 minutes and 3 files. */
export function useProcesses(): Processes {
  const created = useTestDatabase();
  const clock = manualClock(START_MS);
  let opened: { database: PostgresDatabase; one: Process; other: Process } | undefined;
  let publications = 0;
  const ready = (): NonNullable<typeof opened> => {
    if (opened === undefined) throw new Error('The processes exist only while tests run.');
    return opened;
  };
  const publish = async (database: PostgresDatabase): Promise<void> => {
    const file = readCatalogFile(JSON.stringify(soldAfter(publications)));
    const actor = { kind: 'cli', id: null } as const;
    publications += 1;
    await createPricing({ database }).publishCatalog(file, {
      actor,
      nowMs: clock.nowMs(),
      reason: null,
    });
  };
  beforeAll(async () => {
    const options = { url: created.url, schema: 'billing', applicationName: 'test' };
    const database = openDatabase(options);
    await publish(database);
    const [one, other] = [createProcess(database, clock), createProcess(database, clock)];
    await Promise.all([one.catalog.load(), other.catalog.load()]);
    opened = { database, one, other };
  });
  afterAll(async () => {
    await opened?.one.usage.close();
    await opened?.other.usage.close();
    await opened?.database.close();
  });
  return {
    clock,
    get database() {
      return ready().database;
    },
    get one() {
      return ready().one;
    },
    get other() {
      return ready().other;
    },
    unlucky: (mishap) => unluckyProcess(ready().one, clock, mishap),
    async person() {
      const user = `person-${randomText(12)}`;
      const details = { email: 'somebody@example.com' };
      const { accountId } = await ready().one.accounts.upsertUser(user, details, clock.nowMs());
      return { user, accountId };
    },
    command: ({ accountId }) => ({
      accountId,
      context: { actor: { kind: 'system', id: 'test' }, nowMs: clock.nowMs(), reason: 'a test' },
    }),
    publish: () => publish(ready().database),
  };
}

export function quantity(amount: number | string): Quantity {
  return parseQuantity(String(amount))!;
}

/** An event of the process's catalogue; one minute of `minutes` where nothing is said. */
export function tracked(
  process: Process,
  person: Person,
  said: {
    readonly event?: string;
    readonly amount?: number | string;
    readonly key?: string;
    readonly occurredMs?: number;
    readonly enforce?: boolean;
  } = {},
): TrackOperation {
  const event = process.catalog.current().eventTypes.get(said.event ?? 'minutes');
  if (event === undefined) throw new Error(`there is no event ${said.event}`);
  return {
    kind: 'track',
    user: person.user,
    event,
    amount: quantity(said.amount ?? 1),
    idempotencyKey: said.key,
    occurredMs: said.occurredMs,
    enforce: said.enforce ?? false,
  };
}

export function reserved(
  person: Person,
  said: {
    readonly feature?: string;
    readonly amount?: number;
    readonly ttlMs?: number;
    readonly key?: string;
  } = {},
): ReserveOperation {
  return {
    kind: 'reserve',
    user: person.user,
    feature: said.feature ?? 'minutes',
    amount: units(said.amount ?? 1),
    ttlMs: said.ttlMs ?? 3_600_000,
    idempotencyKey: said.key,
    nonce: randomText(NONCE_LENGTH),
  };
}

export function committed(person: Person, hold: ReserveOperation, amount: number): CommitOperation {
  const id = reservationId(person.accountId, hold.nonce);
  return {
    kind: 'commit',
    accountId: person.accountId,
    reservationId: id,
    amount: units(amount),
  };
}

/** What the answers show of one feature of a person, computed anew. */
export async function balanceOf(
  process: Process,
  person: Person,
  feature = 'minutes',
): Promise<{ used: string; reserved: string; limit: string | null }> {
  const { balances } = await process.usage.refresh({
    kind: 'refresh',
    user: person.user,
    features: [feature],
    withAccess: false,
  });
  const { used, reserved: held, baseLimit, packAmount } = balances[0]!;
  const limit = baseLimit === null ? null : String((baseLimit + packAmount) / 1_000_000n);
  return { used: String(used / 1_000_000n), reserved: String(held / 1_000_000n), limit };
}
