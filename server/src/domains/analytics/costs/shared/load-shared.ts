import { addFractions, subtractFractions, type Fraction } from '@whisperforge/kernel/fraction';
import { daySpans, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { loadValuedDays } from '../../metrics/revenue/load-bridge.ts';
import {
  BY_SUBJECT,
  NOTHING,
  type DaySums,
  type LoadedSums,
  type SumsQuestion,
} from '../../usage/summed.ts';
import {
  filtersOfRevenue,
  isOfRevenue,
  loadCustomerRevenue,
  loadCustomerRevenues,
  loadRevenue,
} from '../load-revenue.ts';
import { findAccountsOf } from '../store-customers.ts';
import { earnedIn, weightsOf } from '../weights.ts';
import { findShares, type Share } from './store-shares.ts';

/** What nobody pays by: revenue is shared among the use of them. */
const SHARED: readonly string[] = ['model', 'feature'];

/**
 * Revenue of models and features: what an account brings in a month is shared among the events of
 * that month by which it used AI, each the same. What is asked by nothing of these is whole.
 */
export async function loadSharedRevenue(
  executor: Executor,
  question: SumsQuestion,
): Promise<LoadedSums> {
  const { by } = question;
  if (!isShared(question)) return loadRevenue(executor, question);
  const ofRevenue = by !== null && isOfRevenue(by) ? by : null;
  const parts = monthlyParts(question);
  const { days, ...rates } = await loadRevenue(executor, {
    ...question,
    spans: parts,
    by: ofRevenue,
  });
  const revenue = days.map(({ key, day, sums }) => ({ key, day, amount: sums['revenue']! }));
  const shareable = { ...question, by: ofRevenue, spans: parts, revenue };
  return { ...rates, days: await shareOut(executor, shareable, by) };
}

/** The spans that are asked for, cut where months are. */
function monthlyParts({ range, spans = [range] }: SumsQuestion): DaySpan[] {
  return spans.flatMap((span) => daySpans(span, 'month'));
}

function isShared({ by, filters }: SumsQuestion): boolean {
  return [by ?? '', ...Object.keys(filters)].some((name) => SHARED.includes(name));
}

/** The same of each account, or customer of a history, over the whole range. */
export async function loadRevenueOfSubjects(
  executor: Executor,
  question: SumsQuestion,
): Promise<DaySums[]> {
  const amounts = isShared(question)
    ? await loadShareOfCustomers(executor, question)
    : [...(await loadCustomerRevenue(executor, question))];
  const accounts = await findAccountsOf(
    executor,
    amounts.map(([customerId]) => customerId),
  );
  return amounts.map(([customerId, revenue]) => ({
    key: subjectOf(customerId, accounts.get(customerId)),
    day: question.range.to,
    sums: { revenue },
  }));
}

function subjectOf(customerId: number, accountId: number | undefined): string {
  return accountId === undefined ? `${CUSTOMER}${customerId}` : `${ACCOUNT}${accountId}`;
}

/** What a row is of: an account of ours, or a customer of a history that was imported. */
export const ACCOUNT = 'account:';
export const CUSTOMER = 'customer:';

async function loadShareOfCustomers(executor: Executor, question: SumsQuestion) {
  const spans = monthlyParts(question);
  const revenues = await loadCustomerRevenues(executor, question, spans);
  const revenue = [...revenues].flatMap(([customerId, amounts]) =>
    amounts.map((amount, index) => ({ key: String(customerId), day: spans[index]!.to, amount })),
  );
  const shareable = { ...question, by: BY_SUBJECT, spans, revenue };
  const days = await shareOut(executor, shareable, BY_SUBJECT);
  return days.map(({ key, sums }) => [Number(key), sums['revenue']!] as const);
}

interface Shareable extends SumsQuestion {
  /** Each of one month. */
  readonly spans: readonly DaySpan[];
  /** All that there is, by what it is asked by and by the last day of each span. */
  readonly revenue: readonly {
    readonly key: string | null;
    readonly day: string;
    readonly amount: Fraction;
  }[];
}

/** What models and features have of revenue; what is left is of none. */
async function shareOut(
  executor: Executor,
  { range, spans, by, filters, book, currency, revenue }: Shareable,
  told: string | null,
): Promise<DaySums[]> {
  const { rates, currencies } = await loadValuedDays(executor, { book, currency }, range);
  const weights = weightsOf(spans, { rates, currencies });
  const query = { bookId: book.id, spans, weights, filters: filtersOfRevenue(filters), by };
  const shares = await findShares(executor, query);
  const sums = new Map<string, DaySums & { readonly sums: { revenue: Fraction } }>();
  const add = (key: string | null, day: string, amount: Fraction): void => {
    const place = JSON.stringify([key, day]);
    const present = sums.get(place);
    if (present === undefined) sums.set(place, { key, day, sums: { revenue: amount } });
    else present.sums.revenue = addFractions(present.sums.revenue, amount);
  };
  const keyOf = (key: string | null, { model, feature }: Pick<Share, 'model' | 'feature'>) =>
    told === 'model' ? model : told === 'feature' ? feature : key;
  const isNoneMeant = isMeant(NONE, filters);
  if (isNoneMeant) {
    for (const { key, day, amount } of revenue) add(keyOf(key, NONE), day, amount);
  }
  const beginsAnew = (part: number): boolean => part > 0 && spans[part]!.from.endsWith('-01');
  const groups = Map.groupBy(shares, ({ key, model, feature }) =>
    JSON.stringify([key, model, feature]),
  );
  for (const moved of groups.values()) {
    const [first] = moved as [Share, ...Share[]];
    for (const [part, amount] of earnedIn(spans, { moved, weights, beginsAnew }).entries()) {
      if (amount.numerator === 0n) continue;
      const day = spans[part]!.to;
      if (isMeant(first, filters)) add(keyOf(first.key, first), day, amount);
      if (isNoneMeant) add(keyOf(first.key, NONE), day, subtractFractions(NOTHING, amount));
    }
  }
  return [...sums.values()].filter((each) => each.sums.revenue.numerator !== 0n);
}

const NONE = { model: '', feature: '' };

function isMeant(
  { model, feature }: Pick<Share, 'model' | 'feature'>,
  { model: models, feature: features }: SumsQuestion['filters'],
): boolean {
  return (
    (models === undefined || models.includes(model)) &&
    (features === undefined || features.includes(feature))
  );
}
