import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import { clockKey, timers } from '../../engine/timers.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { pageOf, pageSpecs } from '../../http/lists.ts';
import {
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { emit } from '../events.ts';

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

function requireReady({ target }: TestClockRow): void {
  if (target === null) return;
  throw invalid('Test clock advancement underway - cannot perform modifications.', {
    code: 'test_clock_advancing',
  });
}

const LIFETIME_SECONDS = 30 * 86_400;

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

const createSpecs = paramsOf<Stripe.TestHelpers.TestClockCreateParams>()({
  customer: unsupported,
  frozen_time: timestamp,
  name: optional(text(300)),
});

const advanceSpecs = paramsOf<Stripe.TestHelpers.TestClockAdvanceParams>()({
  frozen_time: timestamp,
});

function create(tx: Tx, said: Params<typeof createSpecs>): TestClockRow {
  const clock = tx.put(testClocks, {
    id: tx.newId('clock'),
    name: said.name ?? null,
    created: tx.sandboxNow,
    frozenTime: said.frozen_time,
    target: null,
  });
  tell(tx, 'test_helpers.test_clock.created', clock);
  return clock;
}

type ClockNews =
  | 'test_helpers.test_clock.created'
  | 'test_helpers.test_clock.advancing'
  | 'test_helpers.test_clock.ready'
  | 'test_helpers.test_clock.deleted';

function tell(tx: Tx, type: ClockNews, clock: TestClockRow): void {
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

interface Farthest {
  /** How far a clock may go in one advance; `null` where there is no limit. */
  readonly farthest: (tx: Tx, clock: TestClockRow) => number | null;
}

/** Refuses an advance by more than two of the shortest interval of what is on the clock. */
export function requireWithinReach(target: number, farthest: number | null): void {
  if (farthest === null || target <= farthest) return;
  throw invalid(
    'The clock cannot be advanced by more than two intervals of its shortest subscription, or ' +
      `two years where it has none: to ${farthest} at the most.`,
    { param: 'frozen_time' },
  );
}

/** Sets a clock going; what falls due on the way happens afterwards, by order of its instants. */
function advance(
  tx: Tx,
  { id, target, farthest }: { readonly id: string; readonly target: number } & Farthest,
): TestClockRow {
  const clock = getTestClock(tx, id);
  requireReady(clock);
  if (target <= clock.frozenTime) {
    throw invalid('The clock can only be advanced to a time after its current frozen time.', {
      param: 'frozen_time',
    });
  }
  if (isAdvanceLimited(tx)) requireWithinReach(target, farthest(tx, clock));
  const advancing = tx.put(testClocks, { ...clock, target });
  tell(tx, 'test_helpers.test_clock.advancing', advancing);
  return advancing;
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
  tell(tx, 'test_helpers.test_clock.ready', ready);
}

/** What else goes when a clock goes, and how far it may be advanced: other areas know. */
export interface ClockContents extends Farthest {
  readonly remove: (tx: Tx, clock: TestClockRow) => void;
}

function remove(tx: Tx, id: string, contents: ClockContents): Stripe.TestHelpers.DeletedTestClock {
  const clock = getTestClock(tx, id);
  requireReady(clock);
  contents.remove(tx, clock);
  for (const timer of tx.by(timers, 'clock', clockKey(id))) tx.remove(timers, timer.id);
  tell(tx, 'test_helpers.test_clock.deleted', clock);
  tx.remove(testClocks, id);
  return { id, object: 'test_helpers.test_clock', deleted: true };
}

const all = '/v1/test_helpers/test_clocks';
const one = `${all}/{clock}`;

export function testClockRoutes(contents: ClockContents): readonly Route[] {
  return [
    route('POST', all, createSpecs, (tx, { params }) => renderTestClock(create(tx, params))),
    route('GET', all, pageSpecs, (tx, { params }) =>
      pageOf(tx, testClocks, params, { url: all, render: renderTestClock }),
    ),
    route('GET', one, {}, (tx, { ids }) => renderTestClock(getTestClock(tx, ids['clock']!))),
    route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['clock']!, contents)),
    route('POST', `${one}/advance`, advanceSpecs, (tx, { ids, params: { frozen_time: target } }) =>
      renderTestClock(advance(tx, { id: ids['clock']!, target, farthest: contents.farthest })),
    ),
  ];
}
