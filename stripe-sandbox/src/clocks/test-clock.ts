import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from '../http/errors.ts';
import { DAY_SECONDS } from '../money/calendar.ts';
import { emit } from '../events/event.ts';

/** A clock of its own for the customers that were made on it. */
export interface TestClockRow {
  readonly id: string;
  readonly name: string | null;
  readonly created: number;
  /** Epoch seconds that it shows. */
  readonly frozenTime: number;
  /** Where it is going to; `null` when it stands still. */
  readonly target: number | null;
}

/** The key by which the clocks that are on their way are found. */
export const ADVANCING = 'advancing';

export const testClocks = collection<TestClockRow>('test_clocks', {
  state: (clock) => (clock.target === null ? null : ADVANCING),
});

export function getTestClock(tx: Tx, id: string, param?: string): TestClockRow {
  const clock = tx.find(testClocks, id);
  if (clock === undefined) throw missing('testclock', id, param);
  return clock;
}

/**
 * What time it is for whatever is on a test clock, or on none; epoch seconds. Whatever changes
 * something asks, so this is where a request is refused while the clock is advancing.
 */
export function nowOn(tx: Tx, clock: string | null): number {
  if (clock === null) return tx.sandboxNow;
  const row = getTestClock(tx, clock);
  if (tx.origin.requestId !== null && tx.origin.isReading !== true) requireReady(row);
  return row.frozenTime;
}

/** Refuses a clock that is on its way. */
export function requireReady({ target }: TestClockRow): void {
  if (target === null) return;
  throw invalid('Test clock advancement underway - cannot perform modifications.', {
    code: 'test_clock_advancing',
  });
}

const LIFETIME_SECONDS = 30 * DAY_SECONDS;

export function renderTestClock(clock: TestClockRow): Stripe.TestHelpers.TestClock {
  return {
    id: clock.id,
    object: 'test_helpers.test_clock',
    created: clock.created,
    deletes_after: clock.created + LIFETIME_SECONDS,
    frozen_time: clock.frozenTime,
    livemode: false,
    name: clock.name,
    status: clock.target === null ? 'ready' : 'advancing',
    status_details:
      clock.target === null ? {} : { advancing: { target_frozen_time: clock.target } },
  };
}

type ClockNews =
  | 'test_helpers.test_clock.created'
  | 'test_helpers.test_clock.advancing'
  | 'test_helpers.test_clock.ready'
  | 'test_helpers.test_clock.deleted';

/** Tells of a test clock, by the time of the sandbox itself. */
export function tellOfClock(tx: Tx, type: ClockNews, clock: TestClockRow): void {
  emit(tx, { type, object: renderTestClock(clock), now: tx.sandboxNow });
}

interface Limit {
  readonly id: string;
  readonly isOn: boolean;
}

/** Whether advances are limited as at Stripe; they are not unless it was asked for. */
const limits = collection<Limit>('test_clock_limits');

const THE_LIMIT = 'account';

export function isAdvanceLimited(tx: Tx): boolean {
  return tx.find(limits, THE_LIMIT)?.isOn === true;
}

export function limitAdvance(tx: Tx, isOn: boolean): void {
  tx.put(limits, { id: THE_LIMIT, isOn });
}

/** Moves an advancing clock on to the instant of what falls due next. */
export function showTime(tx: Tx, id: string, at: number): void {
  const clock = getTestClock(tx, id);
  tx.put(testClocks, { ...clock, frozenTime: Math.max(clock.frozenTime, at) });
}

/** Ends an advance: the clock shows what it was to show, and nothing is due any more. */
export function arrive(tx: Tx, id: string): void {
  const { target, ...clock } = getTestClock(tx, id);
  const ready = tx.put(testClocks, {
    ...clock,
    frozenTime: target ?? clock.frozenTime,
    target: null,
  });
  tellOfClock(tx, 'test_helpers.test_clock.ready', ready);
}
