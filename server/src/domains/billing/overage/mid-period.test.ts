import { beforeAll, expect, test } from 'vitest';
import { grantPack } from '../../access/index.ts';
import { findCustomerOfAccount } from '../../accounts/index.ts';
import { committed, quantity, reserved, tracked } from '../../usage/processes.fixture.ts';
import { ACTOR, type Buyer } from '../checkout/shop.fixture.ts';
import { HOUR_MS, MINUTES, useOverage } from './overage.fixture.ts';

const scene = useOverage('overage mid-period');
const { shop, consent, use, cancel, items, charge } = scene;

const MUCH_MINOR = 10_000;
const pass = (hours: number) => shop().advanceTo(shop().clock.nowMs() + hours * HOUR_MS);

async function upgrade({ user }: Buyer): Promise<void> {
  const { selling, clock } = shop();
  const wish = { plan: 'business', billingCycle: 'monthly', seats: null } as const;
  const wanted = { user, ...wish, promotionCode: null, when: 'now' } as const;
  const { token } = await selling.changes.preview(wanted, clock.nowMs());
  await selling.changes.change({ user, actor: ACTOR, token }, clock.nowMs());
}

async function buyPack({ accountId }: Buyer, amount: number): Promise<void> {
  const { process, clock } = shop();
  const context = { actor: ACTOR, nowMs: clock.nowMs(), reason: 'a test' };
  const from = { expiresMs: null, source: 'test', sourceId: String(accountId) };
  const pack = { feature: MINUTES, amount: quantity(amount), ...from };
  await grantPack(process.commands, { accountId, context }, pack);
}

/** As Stripe's portal does, which names the instant. */
async function endIn({ accountId }: Buyer, hours: number): Promise<void> {
  const { stripe, database, clock } = shop();
  const customer = (await findCustomerOfAccount(database, accountId))!;
  const [live] = (await stripe.subscriptions.list({ customer })).data;
  const cancelAt = Math.floor((clock.nowMs() + hours * HOUR_MS) / 1_000);
  await stripe.subscriptions.update(live!.id, { cancel_at: cancelAt });
}

interface Case {
  readonly title: string;
  /** What is charged in the end, for 80 minutes beyond a limit of 400 and what is said. */
  readonly chargedMinor: number[];
  /** After 480 minutes. */
  readonly act: (buyer: Buyer) => Promise<void>;
  /** Later, with the clock past the ends that were set. */
  readonly afterwards?: (buyer: Buyer) => Promise<void>;
  /** Without a consent at first. */
  readonly isUnasked?: boolean;
}

const CASES: readonly Case[] = [
  {
    title: 'canceling at once does not escape what was used before, and what follows is free',
    chargedMinor: [200],
    async act(buyer) {
      await cancel(buyer, 'now');
      await use(buyer, 30);
    },
  },
  {
    title: 'withdrawing the consent does not escape it',
    chargedMinor: [200],
    async act(buyer) {
      await consent(buyer, 0);
      await use(buyer, 40);
    },
  },
  {
    title: 'a cap that is lowered below what is owed stops what follows only',
    chargedMinor: [200],
    async act(buyer) {
      await consent(buyer, 50);
      await use(buyer, 40);
    },
  },
  {
    title: 'a cap that is lowered to more than is owed still bounds what follows',
    chargedMinor: [250],
    async act(buyer) {
      await consent(buyer, 250);
      await use(buyer, 40);
    },
  },
  {
    title: 'a limit that an upgrade raises covers what was beyond it',
    chargedMinor: [],
    act: upgrade,
  },
  {
    title: 'upgrading and then canceling at once charges what the upgrade does not cover any more',
    chargedMinor: [200],
    async act(buyer) {
      await upgrade(buyer);
      await cancel(buyer, 'now');
    },
  },
  {
    title: 'of several changes each stretch is charged by its own terms, and once',
    chargedMinor: [225],
    async act(buyer) {
      await consent(buyer, 0);
      await use(buyer, 20);
      await consent(buyer, MUCH_MINOR);
      await use(buyer, 10);
    },
  },
  {
    title: 'a pack that is bought after the consent was withdrawn covers what it can',
    chargedMinor: [75],
    async act(buyer) {
      await consent(buyer, 0);
      await buyPack(buyer, 50);
    },
  },
  {
    title: 'what is told late belongs to the terms under which it happened',
    chargedMinor: [250],
    async act(buyer) {
      await pass(1);
      await consent(buyer, 0);
      await pass(1);
      await use(buyer, 20, shop().clock.nowMs() - 1.5 * HOUR_MS);
      await use(buyer, 40);
    },
  },
  {
    title: 'what was held before the consent was withdrawn is charged when it is committed',
    chargedMinor: [250],
    async act(buyer) {
      const { process } = shop();
      const hold = reserved(buyer, { feature: MINUTES, amount: 20, ttlMs: 5 * HOUR_MS });
      expect(await process.usage.reserve(hold)).toMatchObject({ granted: true });
      await pass(1);
      await consent(buyer, 0);
      await pass(1);
      await process.usage.commit(committed(buyer, hold, 20));
    },
  },
  {
    title: 'what was used before any consent is not charged',
    chargedMinor: [25],
    isUnasked: true,
    async act(buyer) {
      await consent(buyer, MUCH_MINOR);
      await use(buyer, 10);
    },
  },
  {
    title: 'a raised cap does not reach back to what was used under the lower one',
    chargedMinor: [225],
    isUnasked: true,
    async act(buyer) {
      await consent(buyer, 100);
      await use(buyer, 80);
      await consent(buyer, MUCH_MINOR);
      await use(buyer, 50);
    },
  },
  {
    title:
      'an end that comes by time, and is seen by nobody but the clock, charges what was before',
    chargedMinor: [200],
    async act(buyer) {
      await endIn(buyer, 40);
      await shop().refresh(buyer);
    },
    afterwards: () => charge(),
  },
  {
    title: 'so it does where Stripe tells of it before the clock is looked at',
    chargedMinor: [200],
    async act(buyer) {
      await endIn(buyer, 40);
      await shop().refresh(buyer);
    },
    afterwards: (buyer) => shop().refresh(buyer),
  },
];

const buyers = new Map<string, Buyer>();
let racer: Buyer;
let passedThrough = 0;

/** All of them in one quota period, because nothing takes as long as to let one pass. */
beforeAll(async () => {
  const people = await scene.subscribed(CASES.length + 1);
  for (const [index, { title, isUnasked }] of CASES.entries()) {
    const buyer = people[index]!;
    buyers.set(title, buyer);
    if (isUnasked !== true) await consent(buyer, MUCH_MINOR);
    await use(buyer, 480);
  }
  await charge();
  for (const { title, act } of CASES) await act(buyers.get(title)!);
  racer = people.at(-1)!;
  await race(racer);
  await pass(48);
  for (const { title, afterwards } of CASES.toReversed()) await afterwards?.(buyers.get(title)!);
  await scene.closePeriod(racer);
  for (let time = 0; time < 2; time += 1) await charge();
});

async function race(buyer: Buyer): Promise<void> {
  await consent(buyer, MUCH_MINOR);
  await use(buyer, 400);
  const { process } = shop();
  const event = { event: 'audio_processed', amount: 2, enforce: true };
  const tracks = Array.from({ length: 40 }, () =>
    process.usage.track(tracked(process, buyer, event)),
  );
  await Promise.race(tracks);
  const more = Array.from({ length: 20 }, () =>
    process.usage.track(tracked(process, buyer, event)),
  );
  const [answers] = await Promise.all([Promise.all([...tracks, ...more]), consent(buyer, 0)]);
  passedThrough = answers.filter(({ recorded }) => recorded).length;
}

test.each(CASES)('$title', async ({ title, chargedMinor }) => {
  expect(await items(buyers.get(title)!)).toEqual(chargedMinor);
});

test('whoever withdraws while much is used pays for all that was let through', async () => {
  expect(passedThrough).toBeGreaterThan(0);
  // Two at once, so that no half of a cent is rounded.
  expect(await items(racer)).toEqual([passedThrough * 5]);
});
