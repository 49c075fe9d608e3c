import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import type { Route } from '../../platform/routes.ts';
import type { Access, CommandDependencies } from '../access/index.ts';
import type { Accounts, Origins } from '../accounts/index.ts';
import type { Consumer } from '../outbox/index.ts';
import type { LoadPurchases, Quotes } from '../pricing/index.ts';
import { accountApiRoutes } from './account-api/routes.ts';
import { seenByStaffRoute } from './account-api/seen-by-staff.ts';
import type { PriceConflict } from './catalogue/decide-push.ts';
import {
  cataloguePushConsumer,
  createCataloguePush,
  type CataloguePush,
} from './catalogue/push.ts';
import { changesRoutes } from './changes/routes.ts';
import { createChanges, type Changes } from './changes/service.ts';
import { settleScheduledCodes } from './changes/codes/scheduled-codes.ts';
import { grantSeats } from './changes/seats/effect.ts';
import { duplicatesConsumer, tellDuplicates } from './checkout/duplicates/duplicates.ts';
import { settleCheckouts } from './checkout/effect.ts';
import { grantPacks } from './checkout/packs/effect.ts';
import { createRefresh } from './checkout/refresh.ts';
import { checkoutRoutes } from './checkout/routes.ts';
import { createCheckouts, type Checkouts } from './checkout/service.ts';
import { trialsConsumer } from './checkout/trials/trials.ts';
import type { PaymentGateway } from './gateway/gateway.ts';
import { overageRoutes } from './overage/routes.ts';
import { createOverage, type Overage } from './overage/service.ts';
import { followTerms } from './overage/terms.ts';
import { endPauses } from './changes/pauses/end-pauses.ts';
import type { Effect } from './projection/effect.ts';
import type { Projector } from './projection/projector.ts';
import { createSecrets } from './secrets/secrets.ts';
import {
  endGivenDiscount,
  giveDiscount,
  type GivenDiscount,
} from './staff-api/discounts/give-discount.ts';
import { createRefunds } from './staff-api/invoices/refunds.ts';
import { staffMoneyRoutes } from './staff-api/routes.ts';

/** What follows from purchases and changes once they are seen at Stripe. */
export function sellingEffects(graceDays: number): Effect[] {
  return [
    settleCheckouts,
    settleScheduledCodes,
    grantPacks,
    grantSeats,
    tellDuplicates,
    followTerms(graceDays),
  ];
}

export interface SellingOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly gateway: PaymentGateway;
  readonly commands: CommandDependencies;
  readonly access: Access;
  readonly accounts: Accounts;
  readonly quotes: Quotes;
  readonly loadPurchases: LoadPurchases;
  readonly origins: Origins;
  readonly publicUrl: () => string;
  readonly graceDays: number;
  readonly projector: Pick<Projector, 'refresh'>;
  /** Told of prices at Stripe that say something else than ours. */
  readonly onConflict?: (conflict: PriceConflict) => void;
}

/** What customers ask for: to buy, to change, to end. */
export interface Selling {
  readonly catalogue: CataloguePush;
  readonly checkouts: Checkouts;
  readonly changes: Changes;
  readonly overage: Overage;
  /** Takes something off the next invoices of one of many users. */
  readonly giveDiscount: (discount: GivenDiscount, nowMs: number) => Promise<void>;
  /** Ends what was given so, as long as it is in force. */
  readonly endGivenDiscount: (discount: GivenDiscount, nowMs: number) => Promise<void>;
  /** Whether something was given or ended under this key; what was begun is carried on first. */
  readonly repeatGiven: (onceKey: string, nowMs: number) => Promise<boolean>;
  readonly routes: readonly Route[];
  readonly jobs: readonly Job[];
  readonly consumers: readonly Consumer[];
}

export function createSelling(options: SellingOptions): Selling {
  const { database, commands } = options;
  const { catalog } = commands;
  const refresh = createRefresh(options.projector);
  const secrets = createSecrets({ database });
  const catalogue = createCataloguePush({ ...options, catalog });
  const deps = { ...options, catalog, catalogue, refresh, secrets };
  const checkouts = createCheckouts(deps);
  const changes = createChanges(deps);
  const overage = createOverage(deps);
  const refunds = createRefunds(deps);
  const parts = { ...deps, checkouts, changes, refunds };
  return {
    catalogue,
    checkouts,
    changes,
    overage,
    giveDiscount: (discount, nowMs) => giveDiscount(parts, discount, nowMs),
    endGivenDiscount: (discount, nowMs) => endGivenDiscount(parts, discount, nowMs),
    repeatGiven: async (onceKey, nowMs) => (await changes.repeat(onceKey, nowMs)) !== undefined,
    routes: [
      ...checkoutRoutes(parts),
      ...changesRoutes(parts),
      ...accountApiRoutes(parts),
      seenByStaffRoute(parts),
      ...overageRoutes(overage),
      ...staffMoneyRoutes(parts),
    ],
    jobs: [
      {
        name: 'billing_commands',
        schedule: '* * * * *',
        async run({ nowMs }) {
          await checkouts.finishStalled(nowMs);
          await changes.finishStalled(nowMs);
          await endPauses(parts, nowMs);
          await refunds.finishStalled(nowMs);
        },
      },
      {
        name: 'billing_overage',
        schedule: '*/10 * * * *',
        run: ({ nowMs, signal }) => overage.charge(nowMs, signal),
      },
    ],
    consumers: [cataloguePushConsumer(catalogue), trialsConsumer(deps), duplicatesConsumer(deps)],
  };
}
