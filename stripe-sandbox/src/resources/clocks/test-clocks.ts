import type Stripe from 'stripe';
import {
  getTestClock,
  isAdvanceLimited,
  renderTestClock,
  requireReady,
  tellOfClock,
  testClocks,
  type TestClockRow,
} from '../../clocks/test-clock.ts';
import { clockKey, timers } from '../../engine/timers.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { pageOf, pageSpecs, rowsOf } from '../../http/lists.ts';
import {
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { farthestOf, removeContents } from './clock-contents.ts';

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
  tellOfClock(tx, 'test_helpers.test_clock.created', clock);
  return clock;
}

/** Refuses an advance by more than two of the shortest interval of what is on the clock. */
function requireWithinReach(target: number, farthest: number): void {
  if (target <= farthest) return;
  throw invalid(
    'The clock cannot be advanced by more than two intervals of its shortest subscription, or ' +
      `two years where it has none: to ${farthest} at the most.`,
    { param: 'frozen_time' },
  );
}

/** Sets a clock going; what falls due on the way happens afterwards, by order of its instants. */
function advance(tx: Tx, id: string, target: number): TestClockRow {
  const clock = getTestClock(tx, id);
  requireReady(clock);
  if (target <= clock.frozenTime) {
    throw invalid('The clock can only be advanced to a time after its current frozen time.', {
      param: 'frozen_time',
    });
  }
  if (isAdvanceLimited(tx)) requireWithinReach(target, farthestOf(tx, clock));
  const advancing = tx.put(testClocks, { ...clock, target });
  tellOfClock(tx, 'test_helpers.test_clock.advancing', advancing);
  return advancing;
}

function remove(tx: Tx, id: string): Stripe.TestHelpers.DeletedTestClock {
  const clock = getTestClock(tx, id);
  requireReady(clock);
  removeContents(tx, clock);
  for (const timer of tx.by(timers, 'clock', clockKey(id))) tx.remove(timers, timer.id);
  tellOfClock(tx, 'test_helpers.test_clock.deleted', clock);
  tx.remove(testClocks, id);
  return { id, object: 'test_helpers.test_clock', deleted: true };
}

const all = '/v1/test_helpers/test_clocks';
const one = `${all}/{clock}`;

export const testClockRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderTestClock(create(tx, params))),
  route('GET', all, pageSpecs, (tx, { params }) =>
    pageOf(rowsOf(tx, testClocks, getTestClock), params, { url: all, render: renderTestClock }),
  ),
  route('GET', one, {}, (tx, { ids }) => renderTestClock(getTestClock(tx, ids['clock']!))),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['clock']!)),
  route('POST', `${one}/advance`, advanceSpecs, (tx, { ids, params }) =>
    renderTestClock(advance(tx, ids['clock']!, params.frozen_time)),
  ),
];
