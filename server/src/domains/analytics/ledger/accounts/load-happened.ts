import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { loadFailedPayments, loadGivenDiscounts, loadPaidSince } from '../../../billing/index.ts';
import { loadCodeUses } from '../../../pricing/index.ts';
import type { Book } from '../book.ts';
import { NOTHING_HAPPENED, type Happened } from './happened.ts';
import { findBegun, findOwners, type Begun, type Owner } from './store-owners.ts';

/** All that ever happened to some accounts, from which their sums follow in any book. */
export interface AccountFacts {
  readonly owners: ReadonlyMap<number, Owner>;
  readonly failures: Awaited<ReturnType<typeof loadFailedPayments>>;
  readonly invoices: Awaited<ReturnType<typeof loadGivenDiscounts>>;
  readonly uses: Awaited<ReturnType<typeof loadCodeUses>>;
  readonly paid: Awaited<ReturnType<typeof loadPaidSince>>;
}

export async function loadAccountFacts(
  executor: Executor,
  accountIds: readonly number[],
): Promise<AccountFacts> {
  const owners = await findOwners(executor, accountIds);
  const failures = await loadFailedPayments(executor, { accountIds });
  const invoices = await loadGivenDiscounts(executor, { accountIds });
  const uses = await loadCodeUses(executor, { accountIds });
  const since = uses.map(({ id, accountId, heldMs }) => ({ key: id, accountId, sinceMs: heldMs }));
  const paid = await loadPaidSince(executor, since);
  return { owners, failures, invoices, uses, paid };
}

/** What happened to each of the accounts on days of a book. */
export async function happenedIn(
  executor: Executor,
  { id, rules }: Pick<Book, 'id' | 'rules'>,
  facts: AccountFacts,
): Promise<Map<number, Happened[]>> {
  const begun = await findBegun(executor, id, [...facts.owners.keys()]);
  const found = new Map<number, Happened[]>();
  const add = (accountId: number, happened: Told): void => {
    const { country = '', source = '' } = facts.owners.get(accountId) ?? {};
    const all = found.get(accountId) ?? [];
    all.push({ ...NOTHING_HAPPENED, label: '', currency: '', ...happened, country, source });
    found.set(accountId, all);
  };
  const dayOf = (ms: number): string => dayIn(rules.timeZone, ms);
  addInvoices(facts, dayOf, add);
  addUses(facts, dayOf, add);
  for (const [accountId, { signedUpMs, campaign }] of facts.owners) {
    if (signedUpMs === null) continue;
    const day = dayOf(signedUpMs);
    const counts = countsOf(begun.get(accountId));
    add(accountId, { kind: 'sign_up', day, label: campaign, total: 1, ...counts });
  }
  return found;
}

type Told = Pick<Happened, 'kind' | 'day'> & Partial<Happened>;
type DayOf = (ms: number) => string;
type Add = (accountId: number, happened: Told) => void;

function addInvoices({ failures, invoices }: AccountFacts, dayOf: DayOf, add: Add): void {
  for (const { accountId, currency, discountMinor, subtotalMinor, finalizedMs } of invoices) {
    const day = dayOf(finalizedMs);
    const lowered = { first: discountMinor > 0 ? 1 : 0, firstMinor: discountMinor };
    const whole = { total: 1, totalMinor: subtotalMinor };
    add(accountId, { kind: 'invoice', day, currency, ...whole, ...lowered });
  }
  for (const { accountId, currency, amountMinor, failedMs, paidMs, isOpen } of failures) {
    const day = dayOf(failedMs);
    const recovered = { first: 1, firstMinor: amountMinor };
    const open = { second: 1, secondMinor: amountMinor };
    const failure = { kind: 'failure', day, currency, total: 1, totalMinor: amountMinor } as const;
    add(accountId, { ...failure, ...(paidMs !== null && recovered), ...(isOpen && open) });
  }
}

/** What an account has paid since is valued as of the day on which the code was used. */
function addUses({ uses, paid }: AccountFacts, dayOf: DayOf, add: Add): void {
  const paidByUse = Map.groupBy(paid, ({ key }) => key);
  for (const { id, code, accountId, redeemedMs } of uses) {
    const use = { kind: 'code', day: dayOf(redeemedMs), label: code } as const;
    add(accountId, { ...use, total: 1 });
    for (const { currency, paidMinor } of paidByUse.get(id) ?? []) {
      add(accountId, { ...use, currency, totalMinor: paidMinor });
    }
  }
}

function countsOf(begun: Begun | undefined): Pick<Happened, 'first' | 'second'> {
  return { first: begun?.hasTried === true ? 1 : 0, second: begun?.hasPaid === true ? 1 : 0 };
}
