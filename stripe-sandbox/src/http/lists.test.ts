import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';
import { collection } from '../engine/collection.ts';
import { Store } from '../engine/store.ts';
import { Tx } from '../engine/transaction.ts';
import { listRoutes } from '../resources/index.ts';
import { missing } from './errors.ts';
import { narrowestKey, pageOf, partsOf, rowsOf, type Listed } from './lists.ts';

interface Thing {
  readonly id: string;
  readonly owner: string;
  readonly isRed: boolean;
}

const things = collection<Thing>('lists_test_things', { owner: (thing) => thing.owner });

function getThing(tx: Tx, id: string, param?: string): Thing {
  const found = tx.find(things, id);
  if (found === undefined) throw missing('thing', id, param);
  return found;
}

function txWith(rows: readonly Thing[]): Tx {
  const origin = { requestId: null, idempotencyKey: null };
  const tx = new Tx({ store: new Store(), seed: 'lists', nowSeconds: 0, origin });
  for (const row of rows) tx.put(things, row);
  return tx;
}

const made = fc.array(fc.record({ owner: fc.constantFrom('a', 'b'), isRed: fc.boolean() }), {
  maxLength: 12,
});
interface Asked {
  readonly owner: string | undefined;
  readonly limit: number;
  readonly direction: 'ending_before' | 'none' | 'starting_after';
  readonly cursor: number;
  readonly isRed: boolean;
}

const asked: fc.Arbitrary<Asked> = fc.record({
  owner: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  limit: fc.integer({ min: 1, max: 5 }),
  direction: fc.constantFrom('starting_after' as const, 'ending_before' as const, 'none' as const),
  cursor: fc.nat(11),
  isRed: fc.boolean(),
});

/** What a page is by its definition, from a copy of all that is shown. */
function sliced(shown: readonly Thing[], { limit, direction, cursor, isRed }: Asked): object {
  const [from, to] =
    direction === 'ending_before' ? [0, cursor] : [direction === 'none' ? 0 : cursor + 1, Infinity];
  const rest = shown.slice(from, to).filter((row) => !isRed || row.isRed);
  const data = direction === 'ending_before' ? rest.slice(-limit) : rest.slice(0, limit);
  return { data, has_more: rest.length > limit };
}

it('a page is what a copy of the whole list, filtered and cut, would give', () => {
  const check = fc.property(made, asked, fc.boolean(), (drafts, said, isParts) => {
    const rows = drafts.map((draft, at) => ({ ...draft, id: `th_${at}` }));
    const tx = txWith(rows);
    const owned = rows.filter(({ owner }) => said.owner === undefined || owner === said.owner);
    const shown = isParts ? owned : owned.toReversed();
    const listed: Listed<Thing> = isParts
      ? partsOf('thing', owned)
      : rowsOf(tx, things, getThing, narrowestKey({ owner: said.owner }));
    fc.pre(said.direction === 'none' || said.cursor < shown.length);
    const cursor = said.direction === 'none' ? {} : { [said.direction]: shown[said.cursor]!.id };
    const page = pageOf(
      listed,
      { limit: said.limit, ...cursor },
      {
        url: '/v1/things',
        render: (row) => row,
        passes: (row) => !said.isRed || row.isRed,
      },
    );
    expect(page).toStrictEqual({ object: 'list', url: '/v1/things', ...sliced(shown, said) });
  });
  fc.assert(check, { numRuns: 500 });
});

it('goes through no more rows than the page and one that says that there are more', () => {
  const rows = Array.from({ length: 50 }, (_, at) => ({ id: `th_${at}`, owner: 'a', isRed: true }));
  let seen = 0;
  const passes = (): boolean => (seen += 1) > 0;
  const listed = rowsOf(txWith(rows), things, getThing);
  const page = pageOf(listed, { limit: 3 }, { url: '/', render: ({ id }) => id, passes });
  expect([page.data, page.has_more, seen]).toStrictEqual([['th_49', 'th_48', 'th_47'], true, 4]);
});

/** Every list and what its errors call its members; words in braces stand for ids. */
const kinds: readonly (readonly [path: string, kind: string])[] = [
  ['/v1/billing/meters', 'billing meter'],
  ['/v1/billing/meters/{meter}/event_summaries', 'billing meter event summary'],
  ['/v1/billing_portal/configurations', 'configuration'],
  ['/v1/charges', 'charge'],
  ['/v1/checkout/sessions', 'checkout.session'],
  ['/v1/checkout/sessions/{session}/line_items', 'line_item'],
  ['/v1/coupons', 'coupon'],
  ['/v1/customers', 'customer'],
  ['/v1/customers/{customer}/balance_transactions', 'customer balance transaction'],
  ['/v1/customers/{customer}/payment_methods', 'PaymentMethod'],
  ['/v1/events', 'event'],
  ['/v1/invoice_payments', 'invoice_payment'],
  ['/v1/invoiceitems', 'invoiceitem'],
  ['/v1/invoices', 'invoice'],
  ['/v1/invoices/{invoice}/lines', 'line_item'],
  ['/v1/payment_intents', 'payment_intent'],
  ['/v1/payment_methods', 'PaymentMethod'],
  ['/v1/plans', 'plan'],
  ['/v1/prices', 'price'],
  ['/v1/products', 'product'],
  ['/v1/promotion_codes', 'promotion code'],
  ['/v1/refunds', 'refund'],
  ['/v1/setup_intents', 'setupintent'],
  ['/v1/subscription_items', 'subscription_item'],
  ['/v1/subscription_schedules', 'subscription_schedule'],
  ['/v1/subscriptions', 'subscription'],
  ['/v1/test_helpers/test_clocks', 'testclock'],
  ['/v1/webhook_endpoints', 'webhook endpoint'],
];

it('every list that is routed is among those whose cursors are tried', () => {
  const routed = listRoutes('any').filter(({ specs }) => 'starting_after' in specs);
  expect(routed.map(({ path }) => path).toSorted()).toStrictEqual(kinds.map(([path]) => path));
});

describe('a cursor that names nothing', () => {
  let started: Validated;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    started = await startValidated({ seed: 'lists' });
    const { stripe } = started;
    const { id: customer } = await stripe.customers.create({ source: 'tok_visa' });
    const price = await stripe.prices.create({
      currency: 'usd',
      unit_amount: 500,
      product_data: { name: 'a' },
      recurring: { interval: 'month' },
    });
    const items = [{ price: price.id, quantity: 1 }];
    const { id: subscription, latest_invoice: invoice } = await stripe.subscriptions.create({
      customer,
      items,
    });
    const { id: session } = await stripe.checkout.sessions.create({
      mode: 'subscription',
      line_items: items,
      success_url: 'https://example.com',
    });
    const { id: meter } = await stripe.billing.meters.create({
      display_name: 'a',
      event_name: 'a',
      default_aggregation: { formula: 'count' },
    });
    Object.assign(ids, { customer, subscription, invoice, session, meter });
  });
  afterAll(() => started.sandbox.close());

  it.each(kinds)('is refused by %s as no such %s', async (path, kind) => {
    const named = path.replace(/\{(\w+)\}/, (_, name: string) => ids[name]!);
    const needed: Record<string, Record<string, string>> = {
      '/v1/billing/meters/{meter}/event_summaries': {
        customer: ids['customer']!,
        start_time: '0',
        end_time: '3600',
      },
      '/v1/payment_methods': { customer: ids['customer']! },
      '/v1/subscription_items': { subscription: ids['subscription']! },
    };
    for (const param of ['starting_after', 'ending_before']) {
      const query = new URLSearchParams({ ...needed[path], [param]: 'nope' });
      const answer = await started.fetch(`${started.sandbox.url}${named}?${query}`, {
        headers: { authorization: 'Bearer sk_test_1' },
      });
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { error: { code: 'resource_missing', message: `No such ${kind}: 'nope'`, param } },
      ]);
    }
  });
});
