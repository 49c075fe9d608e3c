import { assert } from '@whisperforge/kernel/assert';
import { DAY_MS } from '@whisperforge/kernel/period';
import { randomText } from '@whisperforge/kernel/ids';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { changeAccess, type Access, type CommandDependencies } from '../../access/index.ts';
import { findAccount, findCustomerOfAccount, lockAccount } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import type { Catalog } from '../../plans/index.ts';
import { findLiveSubscription } from '../../subscriptions/index.ts';
import { findExceededPeriods } from '../../usage/index.ts';
import { OVERAGE_NOT_SOLD, PROVIDER_REFUSED } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { queueMail } from '../mail/store.ts';
import { billWaiting } from './bill-waiting.ts';
import { decideOwed, stillOwed } from './decide-owed.ts';
import {
  findAccounts,
  findBegun,
  findTerms,
  insertCharge,
  markCharged,
  sumCharges,
  type Charge,
} from './store.ts';
import { findStretches } from './stretches.ts';
import { noteTerms } from './terms.ts';

export interface Overage {
  /** Lets a customer use more than the plan includes, for so much a quota period; 0 ends it. */
  setCap(
    of: { readonly user: string; readonly feature: string; readonly spendingCapMinor: number },
    call: { readonly actor: Actor; readonly nowMs: number },
  ): Promise<void>;
  /**
   * Charges what periods that are over have gone beyond their limits, each once: with the next
   * invoice of the subscription, or by one of its own where none is to come.
   */
  charge(nowMs: number, signal: AbortSignal): Promise<void>;
}

export interface OverageDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly commands: CommandDependencies;
  readonly access: Access;
  readonly graceDays: number;
}

/** Late events come for 34 days, and what was held is committed within 35 more. */
const REACH_MS = 75 * DAY_MS;
const ACCOUNTS_AT_ONCE = 100;
const MOST_ROUNDS = 10_000;
const MOST_CHARGES = 100;

export function createOverage(deps: OverageDependencies): Overage {
  const { database, commands, graceDays } = deps;
  return {
    async setCap({ user, feature, spendingCapMinor }, { actor, nowMs }) {
      const { accountId, currency } = await requireSold(deps, user, feature, spendingCapMinor);
      const reason = 'the customer has said how much more may be used';
      const target = { accountId, context: { actor, nowMs, reason } };
      await changeAccess(commands, target, async (change) => {
        const { tx, catalog } = change;
        const of = { accountId, catalog, graceDays, nowMs: change.nowMs };
        await noteTerms(tx, { ...of, isNews: false });
        await change.consentToOverage({ feature, spendingCapMinor, currency });
        await noteTerms(tx, { ...of, isNews: true });
      });
    },
    async charge(nowMs, signal) {
      const catalog = await commands.catalog.latest();
      let afterId = 0;
      for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
        const accounts = await findAccounts(database, { afterId, most: ACCOUNTS_AT_ONCE });
        for (const accountId of accounts) {
          await database.transaction((tx) => compute(tx, deps, { accountId, catalog, nowMs }));
        }
        afterId = accounts.at(-1) ?? afterId;
        if (accounts.length < ACCOUNTS_AT_ONCE) break;
      }
      await sendBegun(deps, nowMs, signal);
      await billWaiting(deps, signal);
    },
  };
}

interface SoldOverage {
  readonly accountId: number;
  readonly currency: string;
}

async function requireSold(
  { access, database }: OverageDependencies,
  user: string,
  feature: string,
  spendingCapMinor: number,
): Promise<SoldOverage> {
  const profile = await access.profile(user);
  const { accountId } = profile.user;
  const found = profile.features.find((each) => each.feature.key === feature)?.terms;
  const beyond = found?.kind === 'metered' ? found.beyond : undefined;
  const account = await findAccount(database, accountId);
  assert(account !== undefined, 'a user has an account');
  // A consent is withdrawn whatever the plan has become.
  if (spendingCapMinor === 0) return { accountId, currency: account.currency };
  if (beyond?.policy === 'overage' && beyond.currency === account.currency) {
    return { accountId, currency: beyond.currency };
  }
  const message = `The plan sells nothing of ${feature} beyond its limit.`;
  throw new AppError(OVERAGE_NOT_SOLD, { message });
}

interface Computing {
  readonly accountId: number;
  readonly catalog: Catalog;
  readonly nowMs: number;
}

/** Closes what is over, and writes down what has to be charged for it. */
async function compute(
  tx: Tx,
  { commands, graceDays }: OverageDependencies,
  { accountId, catalog, nowMs }: Computing,
): Promise<void> {
  const account = await lockAccount(tx, accountId);
  assert(account !== undefined, 'an account is never deleted');
  const settledMs = await commands.usage.settle(tx, account, nowMs);
  const of = { accountId, catalog, graceDays, nowMs: settledMs ?? nowMs };
  await noteTerms(tx, { ...of, isNews: false });
  const customerId = await findCustomerOfAccount(tx, accountId);
  if (customerId === null) return;
  const terms = await findTerms(tx, accountId);
  const exceeded = await findExceededPeriods(tx, { accountId, endedAfterMs: nowMs - REACH_MS });
  const live = await findLiveSubscription(tx, accountId);
  const subscriptionId = live?.stripeSubscriptionId ?? null;
  for (const period of exceeded) {
    const stretches = await findStretches(tx, accountId, period, terms);
    const charged = await sumCharges(tx, { accountId, ...period });
    const rest = stillOwed(decideOwed(stretches), charged.amountsMinor);
    for (const [index, owed] of rest.entries()) {
      const id = randomText(ID_CHARACTERS);
      const ordinal = charged.count + 1 + index;
      const target = { accountId, customerId, subscriptionId };
      const charge: Charge = { ...period, ...owed, ...target, id, ordinal };
      await insertCharge(tx, charge, nowMs);
      await tell(tx, catalog, charge, nowMs);
    }
  }
}

/** The customer hears of what they will be charged when it is written down. */
async function tell(tx: Tx, catalog: Catalog, charge: Charge, nowMs: number): Promise<void> {
  const { id, accountId, feature, over, amountMinor, currency, startMs, endMs } = charge;
  const { name = feature, unit = null } = catalog.features.get(feature) ?? {};
  const used = unit === null ? formatQuantity(over) : `${formatQuantity(over)} ${unit}`;
  const data = {
    featureName: name,
    used,
    charged: { amountMinor, currency },
    period: { startMs, endMs },
    invoiceId: null,
  };
  const mail = { key: `overage_charged:${id}`, kind: 'overage_charged', data } as const;
  await queueMail(tx, { ...mail, accountId, dueMs: nowMs }, nowMs);
}

const ID_CHARACTERS = 26;

/** What was written down is told to Stripe, by a key of its own, until it is known to be there. */
async function sendBegun(
  deps: OverageDependencies,
  nowMs: number,
  signal: AbortSignal,
): Promise<void> {
  const failures: unknown[] = [];
  for (const charge of await findBegun(deps.database, MOST_CHARGES)) {
    if (signal.aborted) break;
    try {
      const itemId = await sendCharge(deps, charge);
      await markCharged(deps.database, { id: charge.id, itemId, nowMs });
    } catch (error) {
      // One that Stripe will not have does not keep the others from being charged.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not all overage is charged');
}

async function sendCharge(
  { gateway, commands }: OverageDependencies,
  charge: Charge,
): Promise<string> {
  const { id, feature, startMs, endMs, subscriptionId } = charge;
  const name = commands.catalog.current().features.get(feature)?.name ?? feature;
  const item = {
    customerId: charge.customerId,
    amountMinor: charge.amountMinor,
    currency: charge.currency,
    description: `${name}: ${formatQuantity(charge.over)} beyond the limit`,
    period: { startMs, endMs },
    metadata: { account_id: String(charge.accountId), feature, overage: id },
  };
  const idempotencyKey = `overage:${id}`;
  try {
    return await gateway.createInvoiceItem({ ...item, subscriptionId, idempotencyKey });
  } catch (error) {
    const isRefused = error instanceof AppError && error.code === PROVIDER_REFUSED.code;
    if (!isRefused || subscriptionId === null) throw error;
    // The subscription has ended since: it goes on whatever invoice the customer gets next.
    const key = `${idempotencyKey}:customer`;
    return gateway.createInvoiceItem({ ...item, subscriptionId: null, idempotencyKey: key });
  }
}
