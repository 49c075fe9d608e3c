import { findCustomerOfAccount } from '../../accounts/index.ts';
import { tracked } from '../../usage/processes.fixture.ts';
import { ACTOR, useShop, type Buyer, type Shop } from '../checkout/shop.fixture.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';

export const HOUR_MS = 3_600_000;
export const MINUTES = 'audio_minutes';

/** A shop whose customers use more than their plan includes. */
export interface OverageScene {
  readonly shop: () => Shop;
  /** People on the plan with overage, all past its trial, who have consented to nothing yet. */
  readonly subscribed: (count: number) => Promise<Buyer[]>;
  /** Lets use beyond the limit cost so much; 0 ends it. */
  readonly consent: (buyer: Buyer, capMinor: number) => Promise<void>;
  readonly use: (buyer: Buyer, amount: number | string, occurredMs?: number) => Promise<void>;
  readonly charge: (gateway?: PaymentGateway) => Promise<void>;
  /** What is charged for use at Stripe, oldest first. */
  readonly items: (buyer: Buyer) => Promise<number[]>;
  /** To be done with the subscription; at once, or with its period. */
  readonly cancel: (buyer: Buyer, when: 'now' | 'period_end') => Promise<void>;
  /** To a moment after the quota period that contains now. */
  readonly closePeriod: (buyer: Buyer) => Promise<number>;
}

export function useOverage(seed: string): OverageScene {
  const shop = useShop(seed);
  return {
    shop,
    async subscribed(count) {
      const buyers: Buyer[] = [];
      for (let made = 0; made < count; made += 1) {
        const buyer = await shop().person();
        await shop().subscribe(buyer, 'studio');
        buyers.push(buyer);
      }
      // A card has one trial; the others are let in when they have paid.
      await shop().advanceTo(shop().clock.nowMs() + 15 * 24 * HOUR_MS);
      for (const buyer of buyers) await shop().refresh(buyer);
      return buyers;
    },
    async consent({ user }, spendingCapMinor) {
      const { selling, clock } = shop();
      const consent = { user, feature: MINUTES, spendingCapMinor };
      await selling.overage.setCap(consent, { actor: ACTOR, nowMs: clock.nowMs() });
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
    async cancel({ user }, when) {
      const { selling, clock } = shop();
      await selling.changes.cancel({ user, actor: ACTOR, reason: null, when }, clock.nowMs());
    },
    async closePeriod(buyer) {
      const { features } = await shop().process.access.profile(buyer.user);
      const { balance } = features.find(({ feature }) => feature.key === MINUTES)!;
      await shop().advanceTo(balance!.endMs! + HOUR_MS);
      return balance!.endMs!;
    },
  };
}
