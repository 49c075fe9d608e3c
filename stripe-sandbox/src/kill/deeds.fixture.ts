import type Stripe from 'stripe';
import { allSettled, ask, control, repeat, type Account, type Asking } from './asking.fixture.ts';

const DAY = 86_400;
const START = 1_706_659_200;
const MOST_ACCOUNTS = 5;
const SENDS_ALL: Stripe.WebhookEndpointCreateParams['enabled_events'] = ['*'];

/** What has to be there before anything else. */
export async function begin(asking: Asking): Promise<void> {
  await control(asking, 'settings', { webhook_retry_delays_ms: Array(20).fill(5) });
  const product = await ask(asking, (stripe, key) => stripe.products.create({ name: 'Plan' }, key));
  for (const [amount, interval] of [
    [999, 'month'],
    [2_500, 'month'],
    [25_000, 'year'],
  ] as const) {
    const price = await ask(asking, (stripe, key) =>
      stripe.prices.create(
        { currency: 'usd', product: product!.id, unit_amount: amount, recurring: { interval } },
        key,
      ),
    );
    asking.prices.push(price!.id);
  }
  await ask(asking, (stripe, key) =>
    stripe.coupons.create({ id: 'third', percent_off: 33.3, duration: 'forever' }, key),
  );
  await addEndpoint(asking);
  await addAccount(asking);
}

async function addEndpoint(asking: Asking): Promise<void> {
  const said = { url: asking.receiver, enabled_events: SENDS_ALL };
  const made = await ask(asking, (stripe, key) => stripe.webhookEndpoints.create(said, key));
  asking.endpoints.push(made!.id);
}

async function addAccount(asking: Asking): Promise<void> {
  const { random } = asking;
  const now = START + random.below(40) * DAY;
  const clock = await ask(asking, (stripe, key) =>
    stripe.testHelpers.testClocks.create({ frozen_time: now }, key),
  );
  const customer = await ask(asking, (stripe, key) =>
    stripe.customers.create({ test_clock: clock!.id, email: 'a@example.com' }, key),
  );
  asking.accounts.push({ clock: clock!.id, customer: customer!.id, now });
  await changeCard(asking, asking.accounts.at(-1)!);
}

async function changeCard(asking: Asking, { customer }: Account): Promise<void> {
  const { random } = asking;
  const card = random.oneIn(4) ? 'pm_card_chargeCustomerFail' : 'pm_card_visa';
  const method = await ask(asking, (stripe, key) =>
    stripe.paymentMethods.attach(card, { customer }, key),
  );
  const settings = { default_payment_method: method!.id };
  await ask(asking, (stripe, key) =>
    stripe.customers.update(customer, { invoice_settings: settings }, key),
  );
}

async function subscribe(asking: Asking, { customer }: Account): Promise<void> {
  const { random, prices } = asking;
  const said: Stripe.SubscriptionCreateParams = {
    customer,
    items: [{ price: random.pick(prices), quantity: 1 + random.below(5) }],
    ...(random.oneIn(3) ? { discounts: [{ coupon: 'third' }] } : {}),
    ...(random.oneIn(3) ? { trial_period_days: 1 + random.below(20) } : {}),
  };
  await ask(asking, (stripe, key) => stripe.subscriptions.create(said, key));
}

async function change(asking: Asking, { customer }: Account): Promise<void> {
  const { random, prices } = asking;
  const found = await ask(asking, (stripe) => stripe.subscriptions.list({ customer }));
  if (found === undefined || found.data.length === 0) return;
  const { id, items } = random.pick(found.data);
  const item = items.data[0]!.id;
  const said = random.pick<Stripe.SubscriptionUpdateParams>([
    { items: [{ id: item, quantity: 1 + random.below(9) }] },
    { items: [{ id: item, price: random.pick(prices) }], proration_behavior: 'always_invoice' },
    { cancel_at_period_end: random.oneIn(2) },
    { metadata: { note: String(random.below(99)) } },
  ]);
  await ask(asking, (stripe, key) => stripe.subscriptions.update(id, said, key));
}

async function bill(asking: Asking, { customer }: Account): Promise<void> {
  const amount = 100 + asking.random.below(9_000);
  const item = { customer, currency: 'usd', amount };
  await ask(asking, (stripe, key) => stripe.invoiceItems.create(item, key));
  const said = { customer, pending_invoice_items_behavior: 'include' } as const;
  const invoice = await ask(asking, (stripe, key) => stripe.invoices.create(said, key));
  if (invoice === undefined) return;
  await ask(asking, (stripe, key) => stripe.invoices.finalizeInvoice(invoice.id, {}, key));
  if (asking.random.oneIn(4)) {
    await ask(asking, (stripe, key) => stripe.invoices.voidInvoice(invoice.id, {}, key));
  } else await ask(asking, (stripe, key) => stripe.invoices.pay(invoice.id, {}, key));
}

async function refund(asking: Asking, { customer }: Account): Promise<void> {
  const charges = await ask(asking, (stripe) => stripe.charges.list({ customer, limit: 5 }));
  const charge = charges?.data.find(({ status, refunded }) => status === 'succeeded' && !refunded);
  if (charge === undefined) return;
  await ask(asking, (stripe, key) => stripe.refunds.create({ charge: charge.id, amount: 50 }, key));
}

const CARDS = ['pm_card_visa', 'pm_card_visa_chargeDeclined', 'pm_card_threeDSecure2Required'];

async function pay(asking: Asking, { customer }: Account): Promise<void> {
  const said = {
    customer,
    amount: 100 + asking.random.below(9_000),
    currency: 'eur',
    payment_method: asking.random.pick(CARDS),
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' as const },
    confirm: true,
  };
  await ask(asking, (stripe, key) => stripe.paymentIntents.create(said, key));
}

async function advance(asking: Asking, account: Account): Promise<void> {
  const days = asking.random.pick([1, 31, 31, 31, 92, 366]);
  account.now += days * DAY;
  await ask(asking, (stripe, key) =>
    stripe.testHelpers.testClocks.advance(account.clock, { frozen_time: account.now }, key),
  );
  await repeat(asking, async () => {
    const stripe = asking.host.client();
    for (;;) {
      const { status } = await stripe.testHelpers.testClocks.retrieve(account.clock);
      if (status === 'ready') return;
    }
  });
}

async function changeCustomer(asking: Asking, { customer }: Account): Promise<void> {
  const said = { metadata: { note: String(asking.random.below(99)) }, name: 'Ünïcode \u2028' };
  await ask(asking, (stripe, key) => stripe.customers.update(customer, said, key));
  const amount = 10 * (1 + asking.random.below(50));
  await ask(asking, (stripe, key) =>
    stripe.customers.createBalanceTransaction(customer, { amount, currency: 'usd' }, key),
  );
}

async function replaceAccount(asking: Asking): Promise<void> {
  const gone = asking.accounts.length < MOST_ACCOUNTS ? undefined : asking.accounts.shift();
  if (gone !== undefined) {
    await repeat(asking, () => asking.host.client().testHelpers.testClocks.del(gone.clock));
  }
  await addAccount(asking);
}

/** Which events go where is fixed only while none is under way. */
async function replaceEndpoint(asking: Asking): Promise<void> {
  await allSettled(asking);
  const [gone, kept] = asking.endpoints;
  if (kept === undefined) return addEndpoint(asking);
  asking.endpoints.shift();
  await repeat(asking, () => asking.host.client().webhookEndpoints.del(gone!));
}

async function changeChaos(asking: Asking): Promise<void> {
  await allSettled(asking);
  const share = (): number => asking.random.below(4) / 10;
  const [duplicate, delay, reorder, drop] = [share(), share(), share(), share()];
  await control(asking, 'chaos', { duplicate, delay, delay_ms: 30, reorder, drop });
}

type Deed = (asking: Asking, account: Account) => Promise<void>;

/** By name, with how often each comes. */
const DEEDS: readonly (readonly [string, Deed, number])[] = [
  ['subscribe', subscribe, 3],
  ['change', change, 3],
  ['bill', bill, 2],
  ['refund', refund, 2],
  ['pay', pay, 2],
  ['advance', advance, 6],
  ['changeCustomer', changeCustomer, 1],
  ['changeCard', changeCard, 1],
  ['replaceAccount', replaceAccount, 1],
  ['replaceEndpoint', replaceEndpoint, 1],
  ['changeChaos', changeChaos, 1],
];
const DRAWN = DEEDS.flatMap((deed) => Array.from({ length: deed[2] }, () => deed));

/** Does something that is drawn; answers what it was. */
export async function doSomething(asking: Asking): Promise<string> {
  const [name, deed] = asking.random.pick(DRAWN);
  await deed(asking, asking.random.pick(asking.accounts));
  return name;
}
