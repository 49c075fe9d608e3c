import { fraction } from '@whisperforge/kernel/fraction';
import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { loadFailedPayments, loadGivenDiscounts } from '../../../billing/index.ts';
import { ratio } from '../formulas.ts';
import { rateTable } from '../rates.ts';
import type { Column, Metric } from '../registry/metric.ts';
import { findRates } from '../store.ts';
import { valuedDays } from '../valued-days.ts';
import type { Happening } from './happening.ts';
import { happeningMetric, type HappeningsAsked } from './happening-metric.ts';
import type { KeptSums } from './load-sums.ts';
import { describeAccounts, loadSegments } from './store-accounts.ts';
import { findDiscountPage } from './store-discounts.ts';
import { worthOn } from './worth.ts';

const ONE = fraction(1n);
const NONE = fraction(0n);
const count = (name: string, title: string): Column => ({ name, title, unit: 'count', adds: true });
const money = (name: string, title: string): Column => ({ name, title, unit: 'money', adds: true });

const FAILURES = [
  count('invoices', 'Invoices that failed'),
  money('owed', 'What they came to'),
  count('recovered', 'Of these, paid since'),
  money('amount_recovered', 'What came in'),
  count('open', 'Of these, still to be paid'),
  money('amount_open', 'What is still to be paid'),
];

const SEGMENTS = { country: 'country', source: 'source', currency: 'currency' } as const;

const KEPT_FAILURES: KeptSums = {
  kind: 'failure',
  segments: SEGMENTS,
  measures: {
    invoices: 'total',
    owed: 'totalMinor',
    recovered: 'first',
    amount_recovered: 'firstMinor',
    open: 'second',
    amount_open: 'secondMinor',
  },
};

const KEPT_DISCOUNTS: KeptSums = {
  kind: 'invoice',
  segments: SEGMENTS,
  measures: { given: 'firstMinor', before: 'totalMinor', discounted: 'first', invoices: 'total' },
};

/** What could not be collected at once, what of it came in all the same, and what was let off. */
export function paymentMetrics(executor: Executor): Metric[] {
  const shared = {
    area: 'payments',
    dimensions: Object.keys(SEGMENTS),
    holder: 'account',
    profileNotes: {},
    describe: (_: unknown, keys: readonly string[]) => describeAccounts(executor, keys),
  } as const;
  return [
    happeningMetric(executor, {
      ...shared,
      name: 'failed_payments',
      title: 'Failed payments',
      summary:
        'Invoices that failed for the first time in a span, and what has become of them since. ' +
        'First purchases are not among them.',
      formula: 'What the invoices came to that failed for the first time in the span',
      columns: [{ ...money('value', 'Failed payments') }, ...FAILURES],
      opens: 'value',
      value: ({ owed }) => owed!,
      kept: KEPT_FAILURES,
      happenings: (asked) => failures(executor, asked),
    }),
    happeningMetric(executor, {
      ...shared,
      name: 'payment_recovery',
      title: 'Recovery of failed payments',
      summary: 'How much of what failed in a span has come in since.',
      formula: 'What has come in of the invoices that failed in the span / what they came to',
      columns: [{ name: 'value', title: 'Recovered', unit: 'share', adds: false }, ...FAILURES],
      opens: 'amount_recovered',
      value: ({ owed, amount_recovered: recovered }) => ratio(recovered!, owed!),
      kept: KEPT_FAILURES,
      happenings: (asked) => failures(executor, asked),
    }),
    happeningMetric(executor, {
      ...shared,
      name: 'discounts',
      title: 'Discounts given',
      summary: 'What invoices of a span would have come to more without discounts.',
      formula: 'Sum of the discounts on the invoices of the span that were not made void',
      columns: [
        money('value', 'Discounts given'),
        money('before', 'Invoices before discounts'),
        count('discounted', 'Invoices with a discount'),
        count('invoices', 'Invoices'),
      ],
      opens: 'value',
      value: ({ given }) => given!,
      summed: ['given'],
      kept: KEPT_DISCOUNTS,
      happenings: (asked) => discounts(executor, asked),
      async page({ column, filters }, { book, currency, days, period }, page) {
        const found = await findRates(executor, currency);
        const currencies = [...new Set(found.map((rate) => rate.currency))];
        const since = currencies.map((each) => ({ currency: each, since: days.from }));
        const rates = valuedDays(rateTable(currency, found), since, days);
        const { timeZone } = book.rules;
        return findDiscountPage(executor, { column, filters, period, timeZone, rates }, page);
      },
    }),
  ];
}

async function failures(executor: Executor, asked: HappeningsAsked): Promise<Happening[]> {
  const { book, currency: base, period } = asked;
  const found = await loadFailedPayments(executor, period);
  const [segments, rates] = await Promise.all([
    loadSegments(
      executor,
      found.map(({ accountId }) => accountId),
    ),
    findRates(executor, base),
  ]);
  const table = rateTable(base, rates);
  return found.map(({ accountId, currency, amountMinor, failedMs, paidMs, isOpen }) => {
    const day = dayIn(book.rules.timeZone, failedMs);
    const { of, ...notes } = worthOn(table, currency, day);
    const owed = of(amountMinor);
    const isPaid = paidMs !== null;
    return {
      subject: String(accountId),
      day,
      segments: { ...segments.get(accountId), currency },
      values: {
        invoices: ONE,
        owed,
        recovered: isPaid ? ONE : NONE,
        amount_recovered: isPaid ? owed : NONE,
        open: isOpen ? ONE : NONE,
        amount_open: isOpen ? owed : NONE,
      },
      ...notes,
    };
  });
}

async function discounts(executor: Executor, asked: HappeningsAsked): Promise<Happening[]> {
  const { book, currency: base, period } = asked;
  const found = await loadGivenDiscounts(executor, period);
  const [segments, rates] = await Promise.all([
    loadSegments(
      executor,
      found.map(({ accountId }) => accountId),
    ),
    findRates(executor, base),
  ]);
  const table = rateTable(base, rates);
  return found.map(({ accountId, currency, discountMinor, subtotalMinor, finalizedMs }) => {
    const day = dayIn(book.rules.timeZone, finalizedMs);
    const { of, ...notes } = worthOn(table, currency, day);
    return {
      subject: String(accountId),
      day,
      segments: { ...segments.get(accountId), currency },
      values: {
        given: of(discountMinor),
        before: of(subtotalMinor),
        discounted: discountMinor > 0 ? ONE : NONE,
        invoices: ONE,
      },
      ...notes,
    };
  });
}
