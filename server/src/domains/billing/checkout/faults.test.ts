import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { Selling } from '../selling.ts';
import { faulty, killedAt, seeded } from './faults.fixture.ts';
import { ACTOR, planWish, requestOf, useShop, type Buyer } from './shop.fixture.ts';

const shop = useShop('faults');
const ROUNDS = Number(process.env['PAYMENT_FAULT_ROUNDS'] ?? 6);
const SEED = Number(process.env['PAYMENT_FAULT_SEED'] ?? 20_260_115);
const MOST_ATTEMPTS = 40;

const KINDS = [
  { kind: 'rate_limit', retry_after: 0 },
  { kind: 'server_error' },
  { kind: 'timeout_after_commit' },
  { kind: 'reset_after_commit' },
  { kind: 'reset_before_commit' },
];

/** One call in five meets with a failure of the API. */
function failing(draw: () => number): PaymentGateway {
  return faulty(shop().gateway, {
    async before() {
      if (draw() < 0.2) await shop().fail(KINDS[Math.floor(draw() * KINDS.length)]!);
    },
  });
}

/** As a customer or an app does it who is told to try again. */
async function persist<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (count === MOST_ATTEMPTS) throw error;
    }
  }
}

async function customerOf({ accountId }: Buyer): Promise<RemoteCustomer> {
  const id = await findCustomerOfAccount(shop().database, accountId);
  const retrieval = await persist(() => shop().gateway.retrieveCustomer(id ?? ''));
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

/** As if what was begun and left were older than a minute. */
async function grow(): Promise<void> {
  for (const table of ['checkouts', 'subscription_commands']) {
    await sql`
      UPDATE ${sql.table(table)}
      SET touched_at = touched_at - interval '2 minutes'`.execute(shop().database.sql);
  }
}

/** Subscribes and upgrades with seats; every request is made at most twice at once. */
async function live(buyer: Buyer, selling: Selling): Promise<{ upgradeMinor: number }> {
  const { clock } = shop();
  const request = requestOf(buyer, planWish('pro'));
  const open = () => persist(() => selling.checkouts.open(request, clock.nowMs()));
  const [opened] = await Promise.all([open(), open()]);
  await persist(() => shop().pay(opened.url));
  await persist(() => shop().refresh(buyer));
  await shop().advanceTo(clock.nowMs() + 3 * DAY_MS);
  const wish = { user: buyer.user, plan: 'business', billingCycle: 'monthly', seats: 7 } as const;
  const preview = await persist(() =>
    selling.changes.preview({ ...wish, promotionCode: null, when: 'now' }, clock.nowMs()),
  );
  const call = { user: buyer.user, actor: ACTOR, token: preview.token };
  const change = () => persist(() => selling.changes.change(call, clock.nowMs()));
  const outcomes = await Promise.all([change(), change()]);
  expect(outcomes).toEqual([{ kind: 'done' }, { kind: 'done' }]);
  return { upgradeMinor: preview.amountDueMinor };
}

async function expectOnce(buyer: Buyer, upgradeMinor: number): Promise<void> {
  const { subscriptions, invoices } = await customerOf(buyer);
  expect(subscriptions).toHaveLength(1);
  expect(subscriptions[0]!.items.map(({ price, quantity }) => [price.lookupKey, quantity])).toEqual(
    [
      ['business:1:monthly:usd', 1],
      ['business:1:monthly:usd:seat', 2],
    ],
  );
  expect(invoices.map(({ totalMinor, status }) => [totalMinor, status])).toEqual([
    [1_900, 'paid'],
    [upgradeMinor, 'paid'],
  ]);
  const { data } = await shop().stripe.customers.list({ email: `${buyer.user}@example.com` });
  expect(data).toHaveLength(1);
}

test(
  `a fifth of Stripe's calls failing, all happens, and happens once (seed ${SEED})`,
  {
    timeout: 600_000,
  },
  async () => {
    const draw = seeded(SEED);
    for (let round = 0; round < ROUNDS; round += 1) {
      const buyer = await shop().person();
      const selling = shop().sellingThrough(failing(draw));
      const { upgradeMinor } = await live(buyer, selling);
      await fetch(`${shop().sandbox.url}/_sandbox/failures`, { method: 'DELETE' });
      await expectOnce(buyer, upgradeMinor);
      await shop().refresh(buyer);
      const { plan } = await shop().process.access.profile(buyer.user);
      expect(plan.slug).toBe('business');
    }
  },
);

test('a checkout that is killed at any place is finished by a repeat', async () => {
  const { selling, gateway, clock } = shop();
  for (let place = 1, isKilled = true; isKilled; place += 1) {
    const buyer = await shop().person();
    const request = requestOf(buyer, planWish('pro'));
    const dying = shop().sellingThrough(killedAt(gateway, place));
    isKilled = await dying.checkouts.open(request, clock.nowMs()).then(
      () => false,
      () => true,
    );
    const opened = await selling.checkouts.open(request, clock.nowMs());
    const { id, checkouts } = await customerOf(buyer);
    expect(checkouts.filter(({ status }) => status === 'open')).toHaveLength(1);
    await shop().pay(opened.url);
    await shop().refresh(buyer);
    const { data } = await shop().stripe.customers.list({ email: `${buyer.user}@example.com` });
    expect(data.map((customer) => customer.id)).toEqual([id]);
    expect((await shop().process.access.profile(buyer.user)).plan.slug).toBe('pro');
  }
});

test('a change that is killed at any place is finished by the job or by a repeat', async () => {
  const { selling, gateway, clock } = shop();
  for (let place = 1, isKilled = true; isKilled; place += 1) {
    const buyer = await shop().person();
    await shop().subscribe(buyer, 'pro');
    const wish = { user: buyer.user, plan: 'business', billingCycle: 'monthly', seats: 7 } as const;
    const preview = await selling.changes.preview(
      { ...wish, promotionCode: null, when: 'now' },
      clock.nowMs(),
    );
    const call = { user: buyer.user, actor: ACTOR, token: preview.token };
    const dying = shop().sellingThrough(killedAt(gateway, place));
    isKilled = await dying.changes.change(call, clock.nowMs()).then(
      () => false,
      () => true,
    );
    await grow();
    if (place % 2 === 0) await selling.changes.finishStalled(clock.nowMs());
    expect(await selling.changes.change(call, clock.nowMs())).toEqual({ kind: 'done' });
    await expectOnce(buyer, preview.amountDueMinor);
    expect((await shop().process.access.profile(buyer.user)).plan.slug).toBe('business');
  }
});

test('a scheduled change that is killed at any place is finished by the job', async () => {
  const { selling, gateway, clock } = shop();
  for (let place = 1, isKilled = true; isKilled; place += 1) {
    const buyer = await shop().person();
    await shop().subscribe(buyer, 'business');
    const preview = await selling.changes.preview(
      {
        user: buyer.user,
        plan: 'pro',
        billingCycle: 'monthly',
        seats: null,
        promotionCode: null,
        when: 'period_end',
      },
      clock.nowMs(),
    );
    const call = { user: buyer.user, actor: ACTOR, token: preview.token };
    const dying = shop().sellingThrough(killedAt(gateway, place));
    isKilled = await dying.changes.change(call, clock.nowMs()).then(
      () => false,
      () => true,
    );
    await grow();
    await selling.changes.finishStalled(clock.nowMs());
    const { subscriptions } = await customerOf(buyer);
    expect(subscriptions[0]!.scheduledChange?.items).toMatchObject([
      { price: { lookupKey: 'pro:1:monthly:usd' } },
    ]);
  }
});
