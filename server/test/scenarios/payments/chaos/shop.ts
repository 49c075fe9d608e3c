import { createOrigins, noteStripeCustomer } from '../../../../src/domains/accounts/index.ts';
import { createSelling, type Selling } from '../../../../src/domains/billing/index.ts';
import {
  createPricing,
  createQuotes,
  type LoadPurchases,
  type QuoteRequest,
} from '../../../../src/domains/pricing/index.ts';
import { hasSubscribed } from '../../../../src/domains/subscriptions/index.ts';
import type { Customer, Rig } from '../support/rig.ts';

/** Where customers buy by themselves: at our checkout, and on Stripe's page. */
export interface Shop {
  /** With a code that takes a quarter off. */
  buyPlan(of: Customer): Promise<void>;
  buyPack(of: Customer): Promise<void>;
}

export const GRACE_DAYS = 7;
const CODE = 'QUARTER';
const PACK = 'minutes_100';
const ACTOR = { kind: 'system', id: 'chaos' } as const;

export async function openShop(rig: Rig): Promise<Shop> {
  const { database, clock } = rig;
  const selling = sell(rig);
  const context = { actor: ACTOR, nowMs: clock.nowMs(), reason: 'a scenario' };
  await createPricing({ database }).createPromotionCodes(
    {
      codes: { kind: 'named', code: CODE },
      name: CODE,
      effect: { percent_off_basis_points: 2_500, duration: 'once' },
    },
    context,
  );
  const buy = async (of: Customer, purchase: QuoteRequest): Promise<void> => {
    await database.transaction((tx) =>
      noteStripeCustomer(tx, { ...of, stripeCustomerId: of.customerId, nowMs: clock.nowMs() }),
    );
    const { url } = await selling.checkouts.open(
      {
        user: of.user,
        purchase,
        successUrl: (id) => `${HERE}/account/return?checkout=${id}`,
        cancelUrl: `${HERE}/account`,
        actor: ACTOR,
      },
      clock.nowMs(),
    );
    await pay(url);
  };
  return {
    buyPlan: (of) =>
      buy(of, {
        kind: 'plan',
        plan: 'pro',
        billingCycle: 'monthly',
        seats: null,
        promotionCode: CODE,
        currency: null,
      }),
    buyPack: (of) => buy(of, { kind: 'pack', pack: PACK, quantity: 1, currency: null }),
  };
}

const HERE = 'http://127.0.0.1:3000';

function sell(rig: Rig): Selling {
  const { process, clock, gateway, database } = rig;
  const { catalog, accounts, access, commands } = process;
  const publicUrl = (): string => HERE;
  const loadPurchases: LoadPurchases = async (executor, accountId) => {
    const hasPurchased = await hasSubscribed(executor, accountId);
    return { hasPurchased, mayTry: !hasPurchased };
  };
  return createSelling({
    database,
    clock,
    gateway,
    commands,
    access,
    accounts,
    quotes: createQuotes({ database, catalog, accounts, loadPurchases }),
    loadPurchases,
    origins: createOrigins({ environment: 'test', allowedOrigins: [], publicUrl }),
    publicUrl,
    graceDays: GRACE_DAYS,
    projector: rig.billing().projector,
  });
}

/** On Stripe's own page, by a card that pays. */
async function pay(url: string): Promise<void> {
  const card = { number: '4242 4242 4242 4242', expiry: '12 / 34', cvc: '123' };
  const answer = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ email: 'buyer@example.com', name: 'A Buyer', ...card }),
  });
  if (answer.headers.get('location') === null) {
    throw new Error(`not paid: ${answer.status} ${await answer.text()}`);
  }
}
