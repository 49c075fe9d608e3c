import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assert } from '@whisperforge/kernel/assert';
import { parseInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money, parseMoney } from '@whisperforge/kernel/money';
import { invoiceOf as remoteInvoiceOf } from '../../../adapters/stripe/translate/invoices.ts';
import { useProcesses } from '../../usage/processes.fixture.ts';
import { columnsOf, putInvoices } from '../projection/store.ts';
import { drawnInvoice, invoiceDraw, type DrawnInvoice } from './invoices.fixture.ts';
import { answerOf } from './routes.ts';
import { invoiceOf, listInvoices, type InvoiceRow } from './store.ts';

/** A million in a soak: INVOICE_CASES=1000000 INVOICE_SEED=1; without, a run draws its seed. */
const { INVOICE_CASES = '5000', INVOICE_SEED } = process.env;
const CASES = Number(INVOICE_CASES);
const SEEDED = INVOICE_SEED === undefined ? {} : { seed: Number(INVOICE_SEED) };
const MOST_IN_POSTGRES = 200;

const processes = useProcesses();

type Shown = ReturnType<typeof answerOf>;

/** As `expect` does, which takes longer than what it looks at. */
function same(actual: unknown, expected: unknown, what: string): void {
  assert(Object.is(actual, expected), `${what} is ${String(actual)}, not ${String(expected)}`);
}

const INSTANTS = ['next_attempt_at', 'created_at', 'due_at', 'paid_at'] as const;

/** A row as Postgres gives back what was written: instants as numbers, JSON as values. */
function rowOf(drawn: DrawnInvoice): InvoiceRow {
  const written = columnsOf(1, remoteInvoiceOf(drawn.invoice, drawn.lines));
  const instants = INSTANTS.map((name) => {
    const said = written[name];
    return [name, typeof said === 'string' ? parseInstant(said) : null] as const;
  });
  const lines: unknown = JSON.parse(written.lines);
  return { ...written, ...Object.fromEntries(instants), lines } as unknown as InvoiceRow;
}

/** What is shown adds up by itself, and is what Stripe has said. */
function checkSums(shown: Shown, { invoice, lines, ...reckoned }: DrawnInvoice): void {
  const sum = (of: (line: Shown['lines'][number]) => number): number =>
    shown.lines.reduce((all, line) => all + of(line), 0);
  const discountMinor = sum((line) => line.discount_minor);
  same(shown.lines.length, lines.length, 'the count of lines');
  same(
    sum((line) => line.amount_minor),
    shown.subtotal_minor,
    'the sum of the lines',
  );
  same(discountMinor, reckoned.discountMinor, 'the sum of the discounts');
  same(shown.discount_minor, discountMinor, 'what is shown of the discounts');
  const taxMinor = shown.total_minor - (shown.subtotal_minor - discountMinor);
  same(taxMinor, reckoned.taxMinor, 'what the total is beyond the lines and their discounts');
  same(shown.tax_minor, taxMinor, 'what is shown of taxes');
  const creditMinor = shown.total_minor - shown.amount_due_minor;
  same(shown.credit_applied_minor, creditMinor, 'what is shown of credit');
  if (shown.total_minor >= 0) {
    const balanceMinor = shown.amount_due_minor - shown.total_minor;
    same(balanceMinor, reckoned.balanceMinor, 'what comes of the balance');
  } else same(shown.amount_due_minor, 0, 'what is due of less than nothing');
  const leftMinor = shown.amount_due_minor - shown.amount_paid_minor;
  same(shown.amount_remaining_minor, leftMinor, 'what remains');
  same(shown.subtotal_minor, invoice.subtotal, 'the subtotal');
  same(shown.total_minor, invoice.total, 'the total');
  same(shown.amount_due_minor, invoice.amount_due, 'what is due');
  same(shown.currency, invoice.currency, 'the currency');
}

function checkSigns(shown: Shown): void {
  const amounts = [shown.amount_due_minor, shown.amount_paid_minor, shown.amount_remaining_minor];
  for (const amount of amounts) assert(amount >= 0, 'nobody owes or pays less than nothing');
  if (shown.status === 'paid') same(shown.amount_remaining_minor, 0, 'what remains of a paid one');
  for (const line of shown.lines) {
    assert(line.discount_minor >= 0, 'a discount takes off');
    const mostMinor = Math.max(0, line.amount_minor);
    assert(line.discount_minor <= mostMinor, 'a discount leaves no line below nothing');
  }
}

/** Each amount is whole, and reads back as itself in its currency's decimals. */
function checkMoney({ currency, ...shown }: Shown): void {
  const ofLines = shown.lines.flatMap((line) => [line.amount_minor, line.discount_minor]);
  const parts = [shown.discount_minor, shown.tax_minor, shown.credit_applied_minor];
  for (const amount of [shown.subtotal_minor, shown.total_minor, ...parts, ...ofLines]) {
    assert(Number.isSafeInteger(amount) && !Object.is(amount, -0), 'an amount is a whole number');
    const { amountMinor } = parseMoney(formatMoney(money(amount, currency)), currency)!;
    same(amountMinor, amount, 'an amount that was written and read');
  }
}

/** One that was read before the parts were asked for shows the same. */
function checkReadBefore(drawn: DrawnInvoice, shown: Shown): void {
  const unsaid = { discount_minor: null, tax_minor: null, credit_applied_minor: null };
  const before = answerOf(invoiceOf({ ...rowOf(drawn), ...unsaid }));
  for (const name of Object.keys(unsaid) as (keyof typeof unsaid)[]) {
    same(before[name], shown[name], `${name} of an invoice that was read before`);
  }
}

describe(`of ${CASES} invoices`, () => {
  test(
    'each shows lines that add up to what Stripe says, and nothing below 0 that may not be',
    () => {
      const drawn = { taxed: 0, credited: 0, belowZero: 0 };
      fc.assert(
        fc.property(invoiceDraw, (draw) => {
          const invoice = drawnInvoice(draw, 'in_1');
          const shown = answerOf(invoiceOf(rowOf(invoice)));
          checkSums(shown, invoice);
          checkSigns(shown);
          checkMoney(shown);
          checkReadBefore(invoice, shown);
          if (invoice.taxMinor > 0) drawn.taxed += 1;
          if (invoice.balanceMinor < 0) drawn.credited += 1;
          if (shown.total_minor < 0) drawn.belowZero += 1;
        }),
        { ...SEEDED, numRuns: CASES },
      );
      for (const count of Object.values(drawn)) expect(count).toBeGreaterThan(CASES / 50);
    },
    60_000 + CASES,
  );
});

test('what Postgres gives back of them is what was written, however often it is', async () => {
  const { accountId } = await processes.person();
  const draws = fc.sample(invoiceDraw, { ...SEEDED, numRuns: MOST_IN_POSTGRES });
  const all = draws.map((draw, index) => drawnInvoice(draw, `in_drawn_${1_000 + index}`));
  const remote = all.map(({ invoice, lines }) => remoteInvoiceOf(invoice, lines));
  const put = () => processes.database.transaction((tx) => putInvoices(tx, accountId, remote, 0));
  expect(await put()).toHaveLength(MOST_IN_POSTGRES);
  expect(await put()).toEqual([]);
  const page = { accountId, after: null, limit: MOST_IN_POSTGRES };
  const listed = await listInvoices(processes.database, page);
  const byId = new Map(listed.map((each) => [each.id, each]));
  for (const each of all) {
    const found = byId.get(each.invoice.id)!;
    expect(answerOf(found)).toEqual(answerOf(invoiceOf(rowOf(each))));
    checkSums(answerOf(found), each);
  }
});
