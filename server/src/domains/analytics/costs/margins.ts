import { subtractFractions } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../platform/database.ts';
import type { Opened, Subject } from '../metrics/registry/metric.ts';
import { describeCustomers } from '../metrics/revenue/store-subjects.ts';
import { describeAccounts } from '../usage/store-use.ts';
import {
  BY_SUBJECT,
  NOTHING,
  type DaySums,
  type LoadedSums,
  type SumsQuestion,
} from '../usage/summed.ts';
import { loadCosts } from './load-costs.ts';
import {
  ACCOUNT,
  CUSTOMER,
  loadRevenueOfSubjects,
  loadSharedRevenue,
} from './shared/load-shared.ts';

/** Revenue, cost and what is left, by day: of the whole, of plans, or of each account. */
export async function loadMargins(executor: Executor, question: SumsQuestion): Promise<LoadedSums> {
  if (question.by === BY_SUBJECT) return { days: await loadSubjects(executor, question) };
  const [revenue, costs] = await Promise.all([
    loadSharedRevenue(executor, question),
    loadCosts(executor, { ...question, subject: 'account_id' }),
  ]);
  return {
    days: [...revenue.days.map(earned), ...costs.days.map(spent)],
    carried: [...new Set([...(revenue.carried ?? []), ...(costs.carried ?? [])])],
    missing: [...new Set([...(revenue.missing ?? []), ...(costs.missing ?? [])])],
  };
}

function earned(day: DaySums): DaySums {
  const { revenue = NOTHING } = day.sums;
  return { ...day, sums: { revenue, profit: revenue } };
}

function spent(day: DaySums): DaySums {
  const { cost = NOTHING } = day.sums;
  return { ...day, sums: { cost, profit: subtractFractions(NOTHING, cost) } };
}

async function loadSubjects(executor: Executor, question: SumsQuestion): Promise<DaySums[]> {
  const [revenue, costs] = await Promise.all([
    loadRevenueOfSubjects(executor, question),
    loadCosts(executor, { ...question, subject: 'account_id' }),
  ]);
  const day = question.range.to;
  const spending = costs.days.map(({ key, sums }) => spent({ key: `${ACCOUNT}${key}`, day, sums }));
  return [...revenue.map(earned), ...spending];
}

export async function describeMargins(
  executor: Executor,
  keys: readonly string[],
  { book, span }: Pick<Opened, 'book' | 'span'>,
): Promise<Map<string, Subject>> {
  const idsOf = (prefix: string): number[] =>
    keys.filter((key) => key.startsWith(prefix)).map((key) => Number(key.slice(prefix.length)));
  const [accounts, customers] = await Promise.all([
    describeAccounts(executor, idsOf(ACCOUNT)),
    describeCustomers(executor, { bookId: book.id, span, customerIds: idsOf(CUSTOMER) }),
  ]);
  const named = (prefix: string, subjects: ReadonlyMap<string, Subject>) =>
    [...subjects].map(([id, subject]) => [`${prefix}${id}`, subject] as const);
  return new Map([...named(ACCOUNT, accounts), ...named(CUSTOMER, customers)]);
}
