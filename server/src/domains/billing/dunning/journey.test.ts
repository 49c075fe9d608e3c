import { DAY_MS } from '@whisperforge/kernel/period';
import { expect, test } from 'vitest';
import { GRACE_DAYS } from '../../../../test/simulation/model/limits.ts';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import { overridePlan } from '../../access/index.ts';
import {
  at,
  DECLINED,
  mailsOf,
  mailsTo,
  openStage,
  payOpen,
  settle,
  STAFF,
  standing,
  subscriber,
  tick,
  toldOf,
  useCard,
  useMinutes,
  type Stage,
} from './stage.fixture.ts';
import { dunningTimeline } from './store.ts';

const rig = useRig('dunning');

const HOUR_MS = 3_600_000;
const FAILED = 'Your payment of 19.00 USD failed';
const ENDING = 'Pro ends soon without a payment';
const ON_HOLD = 'Pro is on hold until you pay';
const THANKS = 'Thank you, your payment arrived';
const RECEIPT = 'Your receipt for 19.00 USD';
const STARTED = ['Welcome to Pro', RECEIPT];

async function stepsOf({ rig: { database } }: Stage, accountId: number): Promise<string[]> {
  const timeline = await dunningTimeline(database, accountId);
  return timeline.map(({ step, attempt, state, mail }) =>
    [step, ...(attempt === null ? [] : [attempt]), state, mail?.state ?? '-'].join(' '),
  );
}

/** Since when a payment is owed, as the grace period is counted. */
async function owedSince({ rig: { database } }: Stage, accountId: number): Promise<number> {
  const timeline = await dunningTimeline(database, accountId);
  const ahead = timeline.find(({ step, state }) => step === 'restricted' && state === 'waiting');
  return ahead!.owedSinceMs!;
}

test('who does not pay keeps the plan, then has the free limits, and loses nothing', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useMinutes(stage, customer, 40);
  expect(await standing(stage, customer)).toMatchObject({ plan: 'pro', limit: 300, used: 40 });
  expect((await mailsOf(stage, customer)).toSorted()).toEqual(STARTED.toSorted());
  await useCard(stage, customer, DECLINED);

  // The renewal is charged an hour after the period's end, and declined.
  await at(stage, customer, periodEndMs + HOUR_MS);
  const owedSinceMs = await owedSince(stage, customer.accountId);
  const kept = { plan: 'pro', restriction: null };
  // The quota period that opens with the unpaid one has what seven of its days are worth.
  expect(await standing(stage, customer)).toMatchObject({ ...kept, limit: 75, used: 0 });
  await useMinutes(stage, customer, 70);
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([FAILED]);

  await at(stage, customer, owedSinceMs + 5 * DAY_MS - 1);
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([FAILED, FAILED]);
  await at(stage, customer, owedSinceMs + 5 * DAY_MS);
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([FAILED, FAILED, ENDING]);

  const graceEndMs = owedSinceMs + GRACE_DAYS * DAY_MS;
  await rig().advanceTo(graceEndMs - 1);
  expect(await standing(stage, customer)).toMatchObject({ ...kept, used: 70 });
  // Access ends at its instant, whoever has been told of it by then.
  await rig().advanceTo(graceEndMs);
  const restricted = { plan: 'free', restriction: 'past_due', limit: 60, used: 70 };
  expect(await standing(stage, customer)).toEqual(restricted);
  await settle(stage, customer);
  await settle(stage, customer);
  const told = [FAILED, FAILED, ENDING, ON_HOLD];
  expect((await mailsOf(stage, customer)).slice(2)).toEqual(told);
  const [refused] = await rig().rows<{ n: number }>(
    'SELECT count(*)::int AS n FROM usage_events WHERE account_id = $1',
    [customer.accountId],
  );
  expect(refused).toEqual({ n: 2 });

  await useCard(stage, customer, 'pm_card_visa');
  await payOpen(stage, customer);
  await rig().deliverAll(customer.customerId);
  await rig().work(stage.billing);
  expect(await standing(stage, customer)).toEqual({ ...kept, limit: 300, used: 70 });
  await settle(stage, customer);
  expect((await mailsOf(stage, customer)).slice(6).toSorted()).toEqual(
    [THANKS, RECEIPT].toSorted(),
  );
  expect(await toldOf(stage, customer)).toEqual([
    'billing.payment_failed',
    'billing.payment_failed',
    'billing.grace_ending',
    'billing.access_restricted',
    'billing.payment_recovered',
  ]);
  expect(await stepsOf(stage, customer.accountId)).toEqual([
    'payment_failed 1 done sent',
    'payment_failed 2 done sent',
    'grace_ending done sent',
    'restricted done sent',
    'recovered done sent',
  ]);
  const ofUser = (await mailsTo(stage, STAFF)).filter((subject) => subject.endsWith(customer.user));
  expect(ofUser.map((subject) => subject.replace(/: .*/, ''))).toEqual([
    'A payment failed',
    'A payment failed',
    'A grace period ends soon',
    'A customer is restricted until they pay',
    'A failed payment was made good',
  ]);
});

test('several workers, repeated looks and repeated ticks tell each step once', async () => {
  const stages = [openStage(rig()), openStage(rig()), openStage(rig())];
  const [first] = stages as [Stage, ...Stage[]];
  const { customer, periodEndMs } = await subscriber(first);
  await useCard(first, customer, DECLINED);
  const owedSinceMs = periodEndMs + HOUR_MS;
  for (const ms of [owedSinceMs, owedSinceMs + 5 * DAY_MS, owedSinceMs + 7 * DAY_MS]) {
    await rig().advanceTo(ms);
    const events = await rig().deliverAll(customer.customerId);
    for (const event of events.toReversed()) await rig().deliver(event);
    await Promise.all(
      stages.map(async (stage) => {
        await stage.billing.projector.refresh(customer.customerId);
        await settle(stage, customer);
        await tick(stage);
      }),
    );
  }
  const subjects = await mailsOf(first, customer);
  expect(subjects.toSorted()).toEqual([...STARTED, FAILED, FAILED, ENDING, ON_HOLD].toSorted());
  // What falls into one look is told in no promised order.
  expect((await toldOf(first, customer)).toSorted()).toEqual([
    'billing.access_restricted',
    'billing.grace_ending',
    'billing.payment_failed',
    'billing.payment_failed',
  ]);
});

test('who pays within the grace period is never told that it ends', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useCard(stage, customer, DECLINED);
  await at(stage, customer, periodEndMs + HOUR_MS);
  await useCard(stage, customer, 'pm_card_visa');
  await payOpen(stage, customer);
  await settle(stage, customer);
  await at(stage, customer, periodEndMs + HOUR_MS + 8 * DAY_MS);
  expect((await mailsOf(stage, customer)).slice(2).toSorted()).toEqual(
    [FAILED, RECEIPT, THANKS].toSorted(),
  );
  expect((await stepsOf(stage, customer.accountId)).toSorted()).toEqual([
    'grace_ending dropped -',
    'payment_failed 1 done sent',
    'recovered done sent',
    'restricted dropped -',
  ]);
});

test('a mail that a payment has made untrue is not sent', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useCard(stage, customer, DECLINED);
  await rig().advanceTo(periodEndMs + HOUR_MS);
  await rig().deliverAll(customer.customerId);
  await rig().work(stage.billing);
  await useCard(stage, customer, 'pm_card_visa');
  await payOpen(stage, customer);
  await settle(stage, customer);
  expect((await mailsOf(stage, customer)).slice(2).toSorted()).toEqual(
    [RECEIPT, THANKS].toSorted(),
  );
  const [failed] = (await dunningTimeline(rig().database, customer.accountId)).slice(0, 1);
  expect(failed).toMatchObject({
    step: 'payment_failed',
    mail: { state: 'dropped', error: 'nothing is owed any more' },
  });
});

test('a first payment that fails at the checkout is mailed to nobody', async () => {
  const stage = openStage(rig());
  const { stripe, prices } = rig();
  const customer = await rig().customer(DECLINED);
  const { status } = await stripe.subscriptions.create({
    customer: customer.customerId,
    items: [{ price: prices.proMonthly }],
    payment_behavior: 'allow_incomplete',
  });
  expect(status).toBe('incomplete');
  await settle(stage, customer);
  await at(stage, customer, rig().clock.nowMs() + 3 * DAY_MS);
  expect(await mailsOf(stage, customer)).toEqual([]);
  expect(await toldOf(stage, customer)).toEqual([]);
  expect(await stepsOf(stage, customer.accountId)).toEqual([]);
});

test('who keeps the plan by the word of staff is not told of a restriction', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useCard(stage, customer, DECLINED);
  await at(stage, customer, periodEndMs + HOUR_MS);
  const actor = { kind: 'system', id: 'test' } as const;
  const context = { actor, nowMs: rig().clock.nowMs(), reason: 'a big customer' };
  const change = { plan: 'pro', expiresMs: null };
  const { accountId } = customer;
  await overridePlan(stage.process.commands, { accountId, context }, change);
  await at(stage, customer, periodEndMs + HOUR_MS + 5 * DAY_MS);
  await at(stage, customer, periodEndMs + HOUR_MS + 7 * DAY_MS);
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([FAILED, FAILED]);
  const timeline = await dunningTimeline(rig().database, accountId);
  expect(timeline.filter(({ state }) => state === 'dropped')).toMatchObject([
    { step: 'grace_ending', reason: 'access is kept by something else' },
    { step: 'restricted', reason: 'access is kept by something else' },
  ]);
});

test('where a bank asks for a confirmation, that is what the customer is asked for', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useCard(stage, customer, 'pm_card_authenticationRequired');
  await at(stage, customer, periodEndMs + HOUR_MS);
  await settle(stage, customer);
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([
    'Please confirm your payment with your bank',
  ]);
  expect(await toldOf(stage, customer)).toEqual(['billing.payment_action_required']);
});

test('a subscription that ends unpaid ends with one mail that says so', async () => {
  const stage = openStage(rig());
  const { customer, periodEndMs } = await subscriber(stage);
  await useCard(stage, customer, DECLINED);
  for (const days of [0, 3, 7, 8, 15]) {
    await at(stage, customer, periodEndMs + HOUR_MS + days * DAY_MS);
  }
  await at(stage, customer, periodEndMs + 20 * DAY_MS);
  const ended = 'Your subscription to Pro has ended';
  expect((await mailsOf(stage, customer)).slice(2)).toEqual([
    ...[FAILED, FAILED, ENDING, ON_HOLD].filter((subject) => subject !== ENDING),
    FAILED,
    ended,
  ]);
  expect((await toldOf(stage, customer)).at(-1)).toBe('billing.subscription_ended_unpaid');
  expect(await standing(stage, customer)).toMatchObject({ plan: 'free', restriction: null });
});
