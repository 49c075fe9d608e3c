import { findCustomerOfAccount } from '../../accounts/index.ts';
import { tracked } from '../../usage/processes.fixture.ts';
import { ACTOR, useShop, type Buyer, type Shop } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';

export const HOUR_MS = 3_600_000;
const MINUTES = 'audio_minutes';

/** A shop whose customers use more than their plan includes. */
export interface OverageScene {
  readonly shop: () => Shop;
  /** Somebody on the plan with overage, past its trial, who lets it cost so much. */
  readonly consenting: (capMinor: number) => Promise<Buyer>;
  readonly use: (buyer: Buyer, amount: number | string, occurredMs?: number) => Promise<void>;
  readonly charge: (gateway?: PaymentGateway) => Promise<void>;
  /** What is charged for use at Stripe, oldest first. */
  readonly items: (buyer: Buyer) => Promise<number[]>;
  /** To a moment after the quota period that contains now. */
  readonly closePeriod: (buyer: Buyer) => Promise<number>;
}

export function useOverage(seed: string): OverageScene {
  const shop = useShop(seed);
  return {
    shop,
    async consenting(capMinor) {
      const buyer = await shop().person();
      await shop().subscribe(buyer, 'studio');
      await shop().advanceTo(shop().clock.nowMs() + 15 * 24 * HOUR_MS);
      await shop().refresh(buyer);
      const { selling, clock } = shop();
      const consent = { user: buyer.user, feature: MINUTES, spendingCapMinor: capMinor };
      await selling.overage.setCap(consent, { actor: ACTOR, nowMs: clock.nowMs() });
      return buyer;
    },
    async use(buyer, amount, occurredMs) {
      const { process } = shop();
      const event = { event: 'audio_processed', amount };
      const said = occurredMs === undefined ? event : { ...event, occurredMs };
      await process.usage.track(tracked(process, buyer, said));
    },
    async charge(gateway) {
      const { selling, clock } = shop();
      const through = gateway === undefined ? selling : shop().sellingThrough(gateway);
      await through.overage.charge(clock.nowMs(), new AbortController().signal);
    },
    async items({ accountId }) {
      const { stripe, database } = shop();
      const customer = await findCustomerOfAccount(database, accountId);
      const { data } = await stripe.invoiceItems.list({ customer: customer ?? '', limit: 100 });
      const ours = data.filter(({ metadata }) => metadata?.['feature'] === MINUTES);
      return ours.map(({ amount }) => amount).toReversed();
    },
    async closePeriod(buyer) {
      const { features } = await shop().process.access.profile(buyer.user);
      const { balance } = features.find(({ feature }) => feature.key === MINUTES)!;
      await shop().advanceTo(balance!.endMs! + HOUR_MS);
      return balance!.endMs!;
    },
  };
}
