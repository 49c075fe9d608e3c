import { daySpans, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import {
  BY_SUBJECT,
  NOTHING,
  type DaySums,
  type LoadedSums,
  type SumsQuestion,
} from '../usage/summed.ts';
import {
  isOfRevenue,
  loadCustomerRevenue,
  loadCustomerRevenues,
  loadRevenue,
} from './load-revenue.ts';
import { splitRevenue, type RevenueShare, type UseOfAccount } from './split.ts';
import { findAccountsOf } from './store-customers.ts';
import { findAiEvents } from './store-shared.ts';

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
  const { by, filters } = question;
  if (!isShared(question)) return loadRevenue(executor, question);
  if (by === null || !isOfRevenue(by)) return { days: await shared(executor, question) };
  // By what customers pay for, of some models only: each plan has the shares of its own revenue.
  const { days } = await loadRevenue(executor, question);
  const keys = [...new Set(days.flatMap(({ key }) => key ?? []))];
  const found: DaySums[] = [];
  for (const key of keys) {
    const ofKey = { ...question, by: null, filters: { ...filters, [by]: [key] } };
    found.push(...(await shared(executor, ofKey)).map((each) => ({ ...each, key })));
  }
  return { days: found };
}

function isShared({ by, filters }: SumsQuestion): boolean {
  return [by ?? '', ...Object.keys(filters)].some((name) => SHARED.includes(name));
}

/** The same of each account, or customer of a history, over the whole range. */
export async function loadRevenueOfSubjects(
  executor: Executor,
  question: SumsQuestion,
): Promise<DaySums[]> {
  if (isShared(question)) return shared(executor, question);
  const revenues = await loadCustomerRevenue(executor, question);
  const accounts = await findAccountsOf(executor, [...revenues.keys()]);
  return [...revenues].map(([customerId, revenue]) => ({
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

async function shared(executor: Executor, question: SumsQuestion): Promise<DaySums[]> {
  const { range, spans = [range], by, filters } = question;
  // Whoever asks for days has as many parts as days; months are never cut otherwise.
  const parts = spans.flatMap((span) => daySpans(span, 'month'));
  const revenues = await loadCustomerRevenues(executor, question, parts);
  const accounts = await findAccountsOf(executor, [...revenues.keys()]);
  const uses = usesByMonth(await findAiEvents(executor, range));
  return [...revenues].flatMap(([customerId, amounts]) => {
    const accountId = accounts.get(customerId);
    const subject = subjectOf(customerId, accountId);
    return parts.flatMap((part, index): DaySums[] => {
      const revenue = amounts[index] ?? NOTHING;
      if (revenue.numerator === 0n) return [];
      const used = accountId === undefined ? [] : (uses.get(monthKey(part, accountId)) ?? []);
      return splitRevenue(revenue, used)
        .filter((share) => isMeant(share, filters))
        .map(({ amount, ...share }) => ({
          key: keyOf(share, by, subject),
          day: part.to,
          sums: { revenue: amount },
        }));
    });
  });
}

type Use = Omit<RevenueShare, 'amount'>;

function keyOf({ model, feature }: Use, by: string | null, subject: string): string | null {
  if (by === BY_SUBJECT) return subject;
  return by === 'model' ? model : by === 'feature' ? feature : null;
}

function isMeant({ model, feature }: Use, filters: SumsQuestion['filters']): boolean {
  const { model: models, feature: features } = filters;
  return (
    (models === undefined || models.includes(model)) &&
    (features === undefined || features.includes(feature))
  );
}

function monthKey({ from }: DaySpan, accountId: number): string {
  return `${from.slice(0, 7)} ${accountId}`;
}

function usesByMonth(found: Awaited<ReturnType<typeof findAiEvents>>) {
  const uses = new Map<string, UseOfAccount[]>();
  for (const { month, accountId, model, features, events } of found) {
    const key = monthKey({ from: month, to: month }, accountId);
    const use = { model, features: features.split(','), events: BigInt(events) };
    const present = uses.get(key);
    if (present === undefined) uses.set(key, [use]);
    else present.push(use);
  }
  return uses;
}
