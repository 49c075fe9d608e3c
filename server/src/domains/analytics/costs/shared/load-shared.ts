import {
  addFractions,
  fraction,
  multiplyFractions,
  subtractFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daySpans, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../../fold/parts.ts';
import { rateTable } from '../../metrics/rates.ts';
import { findRates } from '../../metrics/store.ts';
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
  weightsOf,
} from '../load-revenue.ts';
import { findAccountsOf } from '../store-customers.ts';
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
  const { days, ...rates } = await loadRevenue(executor, { ...question, by: ofRevenue });
  const revenue = days.map(({ key, day, sums }) => ({ key, day, amount: sums['revenue']! }));
  return { ...rates, days: await shareOut(executor, { ...question, by: ofRevenue, revenue }, by) };
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
  const parts = daySpans(question.range, 'month');
  const revenues = await loadCustomerRevenues(executor, question, parts);
  const revenue = [...revenues].flatMap(([customerId, amounts]) =>
    amounts.map((amount, index) => ({ key: String(customerId), day: parts[index]!.to, amount })),
  );
  const days = await shareOut(executor, { ...question, by: BY_SUBJECT, revenue }, BY_SUBJECT);
  return days.map(({ key, sums }) => [Number(key), sums['revenue']!] as const);
}

interface Shareable extends SumsQuestion {
  /** All that there is, by day and by what it is asked by. */
  readonly revenue: readonly {
    readonly key: string | null;
    readonly day: string;
    readonly amount: Fraction;
  }[];
}

/** What models and features have of revenue; what is left is of none. */
async function shareOut(
  executor: Executor,
  { range, spans = [range], by, filters, book, currency, revenue }: Shareable,
  told: string | null,
): Promise<DaySums[]> {
  // Whoever asks for days has as many parts as days; months are never cut otherwise.
  const parts = spans.flatMap((span) => daySpans(span, 'month'));
  const months = [...new Set(parts.map(({ from }) => monthOf(from)))];
  const query = { bookId: book.id, months, filters: filtersOfRevenue(filters), by };
  const shares = await findShares(executor, query);
  const amountsOf = valuing(parts, rateTable(currency, await findRates(executor, currency)));
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
  const partOf = new Map(
    parts.flatMap((part) => daySpans(part, 'day').map(({ to }) => [to, part.to])),
  );
  if (isNoneMeant) {
    for (const { key, day, amount } of revenue) add(keyOf(key, NONE), partOf.get(day)!, amount);
  }
  for (const share of shares) {
    for (const { day, amount } of amountsOf(share)) {
      if (isMeant(share, filters)) add(keyOf(share.key, share), day, amount);
      if (isNoneMeant) add(keyOf(share.key, NONE), day, subtractFractions(NOTHING, amount));
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

function monthOf(day: string): string {
  return `${day.slice(0, 7)}-01`;
}

/** What a share comes to in each part of its month, told at the part's last day. */
function valuing(parts: readonly DaySpan[], rates: ReturnType<typeof rateTable>) {
  const weighted = parts.map((part) => ({ ...part, weightOf: weightsOf(part, rates) }));
  const byMonth = Map.groupBy(weighted, ({ from }) => monthOf(from));
  return ({ day, currency, parts: shared }: Share) =>
    (byMonth.get(monthOf(day)) ?? [])
      .filter(({ to }) => to >= day)
      .map(({ from, to, weightOf }) => ({
        day: to,
        amount: multiplyFractions(
          fraction(shared, PARTS_A_MINOR_UNIT),
          weightOf(currency, day < from ? from : day),
        ),
      }));
}
