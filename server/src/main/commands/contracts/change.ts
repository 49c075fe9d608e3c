import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { formatMoney } from '@whisperforge/kernel/money';
import { changeAccess } from '../../../domains/access/index.ts';
import type { Account } from '../../../domains/accounts/index.ts';
import type { Catalog } from '../../../domains/plans/index.ts';
import {
  displayAmount,
  findHistory,
  findLiveSubscription,
  recurringAmount,
  type ContractPrice,
  type RecordedChange,
  type RecordedSubscription,
  type SubscriptionState,
} from '../../../domains/subscriptions/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { operator, table, type CommandContext } from '../context.ts';
import { withAccess } from './with-access.ts';

/** What is to be recorded, as it follows from how the account stands. */
export interface Recording {
  readonly state: SubscriptionState;
  readonly price: ContractPrice | undefined;
}

export interface Standing {
  readonly account: Account;
  readonly catalog: Catalog;
  /** The contract or gift that the account has; `null` where it has none. */
  readonly contract: RecordedSubscription | null;
  readonly nowMs: number;
}

interface Change {
  readonly user: string;
  readonly reason: string;
  readonly isDry: boolean;
  readonly question: string;
  readonly decide: (standing: Standing) => Recording;
}

const BY_STRIPE = { code: 'subscription_by_stripe', kind: 'conflict' } as const;

interface Outcome {
  readonly isNews: boolean;
  readonly history: readonly RecordedChange[];
  readonly catalog: Catalog;
}

/** Shows what would be on record, asks whoever sits there, and records it. */
export async function changeContract(change: Change, context: CommandContext): Promise<void> {
  const { user, reason, isDry, question, decide } = change;
  await withAccess(context, async ({ accounts, commands }) => {
    const { accountId } = await accounts.getUser(user);
    const nowMs = systemClock.nowMs();
    const record = (isTried: boolean): Promise<Outcome> => {
      const command = { actor: operator(), nowMs, reason, isDry: isTried };
      return changeAccess(commands, { accountId, context: command }, async (found) => {
        const { tx, account, catalog } = found;
        const live = await findLiveSubscription(tx, accountId);
        const contract = requireContract(live, found.nowMs);
        const { state, price } = decide({ account, catalog, contract, nowMs: found.nowMs });
        const isNews = await found.recordSubscription(state, price);
        return { isNews, history: await findHistory(tx, accountId), catalog };
      });
    };
    const tried = await record(true);
    if (!tried.isNews) return context.print('All of it is on record already.');
    if (isDry || context.confirm !== undefined) context.print(described(tried));
    if (isDry) return context.print('Nothing was changed.');
    if ((await context.confirm?.(question)) === false) return context.print('Nothing was changed.');
    const done = await record(false);
    if (context.confirm === undefined) context.print(described(done));
    return context.print('It is on record.');
  });
}

/** What Stripe keeps is not a contract's, until it has ended. */
function requireContract(
  live: RecordedSubscription | null,
  nowMs: number,
): RecordedSubscription | null {
  const isOver = live !== null && live.cancelAtMs !== null && live.cancelAtMs <= nowMs;
  if (live === null || isOver) return null;
  if (live.source !== 'stripe') return live;
  const message = 'The account pays through Stripe; that subscription must end before.';
  throw new AppError(BY_STRIPE, { message });
}

function described({ history, catalog }: Outcome): string {
  const rows = history.map((change) => {
    const { effectiveMs, cause, items, currency } = change;
    const plan = items.map(({ planId }) => catalog.plans.get(planId ?? 0)?.slug ?? '').join(' ');
    const month = displayAmount(recurringAmount(change, { atMs: effectiveMs }), currency);
    return [formatInstant(effectiveMs), cause, plan, `${formatMoney(month)} ${currency}`];
  });
  return table([['FROM', 'WHAT', 'PLAN', 'A MONTH'], ...rows]);
}
