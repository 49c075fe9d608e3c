import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { openDatabase } from '../../../src/adapters/postgres/index.ts';
import { useBillingScene } from '../../support/billing.ts';
import { eventually } from '../../support/eventually.ts';
import { signInStaff } from '../../support/staff.ts';

const scene = useBillingScene({ seed: 'payments of revenue' });
const HOUR_MS = DAY_MS / 24;

interface Series {
  readonly data: readonly { readonly values: Readonly<Record<string, number | null>> }[];
}

async function valuesOf(metric: string, month: string, more = '') {
  const path = `/v1/metrics/${metric}?from=${month}-01&to=${month}-28${more}`;
  const { body } = await scene.server.request<Series>('GET', path);
  return body.data[0]?.values;
}

/** Waits until a figure is what it has to become. */
async function becomes(metric: string, month: string, wanted: Readonly<Record<string, unknown>>) {
  await eventually(async () => {
    const values = await valuesOf(metric, month);
    const isSo = Object.entries(wanted).every(([name, value]) => values?.[name] === value);
    return isSo ? true : undefined;
  });
}

/** Time passes at Stripe where somebody asks it for anything. */
async function pass(toMs: number): Promise<void> {
  await scene.advanceTo(toMs);
  await scene.stripe.subscriptions.list();
}

async function signUp(user: string): Promise<string> {
  const { body } = await scene.server.request<{ account: string }>('PUT', `/v1/users/${user}`, {
    email: `${user}@example.com`,
    country: 'DE',
    source: user === 'u-1' ? 'ads' : 'search',
    signed_up_at: new Date(scene.clock.nowMs()).toISOString(),
  });
  return body.account;
}

async function card(customer: string, method: string): Promise<void> {
  const { id } = await scene.stripe.paymentMethods.attach(method, { customer });
  await scene.stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: id },
  });
}

async function customerOf(user: string): Promise<string> {
  const account = await signUp(user);
  const { id } = await scene.stripe.customers.create({ metadata: { account_id: account } });
  await card(id, 'pm_card_visa');
  return id;
}

async function proMonthly(): Promise<string> {
  return eventually(async () => {
    const { data } = await scene.stripe.prices.list({ lookup_keys: ['pro:1:monthly:usd'] });
    return data[0]?.id;
  });
}

test('what fails, what comes in all the same, what is let off, and who comes to pay', async () => {
  const { stripe, clock } = scene;
  const startMs = clock.nowMs();
  const price = await proMonthly();
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'once' });
  const customer = await customerOf('u-1');
  const discounted = await stripe.subscriptions.create({
    customer,
    items: [{ price }],
    discounts: [{ coupon: coupon.id }],
  });
  await stripe.subscriptions.create({
    customer: await customerOf('u-2'),
    items: [{ price }],
    trial_period_days: 7,
  });
  await signUp('u-3');
  await becomes('discounts', '2026-01', { value: 950, before: 1900, discounted: 1 });
  await becomes('trial_to_paid', '2026-01', { value: null, trials: 1, undecided: 1, paid: 0 });
  await becomes('free_to_paid', '2026-01', { signed_up: 3, tried: 1, paid: 1 });

  await pass(startMs + 7 * DAY_MS + 2 * HOUR_MS);
  await becomes('trial_to_paid', '2026-01', { value: 1, trials: 1, undecided: 0, paid: 1 });
  await becomes('free_to_paid', '2026-01', { value: 0.666667, paid: 2 });
  expect(await valuesOf('free_to_paid', '2026-01', '&source=ads')).toMatchObject({ signed_up: 1 });

  await card(customer, 'pm_card_chargeCustomerFail');
  await pass(addMonths(startMs, 1) + 2 * HOUR_MS);
  await becomes('failed_payments', '2026-02', { value: 1900, invoices: 1, open: 1, recovered: 0 });
  expect(await valuesOf('payment_recovery', '2026-02')).toMatchObject({ value: 0 });
  const analyst = await signInStaff(scene.server, 'analyst');
  const rows = '/admin/v1/metrics/failed_payments/rows?from=2026-02-01&to=2026-02-28';
  expect(await scene.server.request('GET', rows, undefined, analyst)).toMatchObject({
    body: { total: 1900, data: [{ label: 'u-1@example.com', user: 'u-1', value: 1900 }] },
  });

  await card(customer, 'pm_card_visa');
  const { data: open } = await stripe.invoices.list({
    subscription: discounted.id,
    status: 'open',
  });
  await stripe.invoices.pay(open[0]!.id);
  await becomes('payment_recovery', '2026-02', { value: 1, amount_recovered: 1900, open: 0 });
  // What the invoice came to stays what failed.
  expect(await valuesOf('failed_payments', '2026-02')).toMatchObject({ value: 1900 });
});

test('what codes have brought, by code and by who used them', async () => {
  const { server, clock } = scene;
  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  try {
    const at = new Date(clock.nowMs()).toISOString();
    await sql`
      WITH code AS (
        INSERT INTO promotion_codes (code, name, percent_off_basis_points, duration, conditions,
          stacking, valid_from, created_at)
        VALUES ('SPRING', 'Spring', 1000, 'once', '{}', 'exclusive', ${at}, ${at}) RETURNING id)
      INSERT INTO promotion_redemptions (code_id, account_id, reference, state, held_at,
        redeemed_at)
      SELECT code.id, account.id, 'checkout:' || account.id, 'redeemed', '2026-01-15', ${at}
      FROM code, accounts account JOIN users ON users.id = account.owner_user_id
      WHERE users.external_id IN ('u-1', 'u-3')`.execute(database.sql);
  } finally {
    await database.close();
  }
  const month = new Date(clock.nowMs()).toISOString().slice(0, 7);
  // u-1 has paid half of the first invoice and all of the second, u-3 nothing.
  await becomes('promotions', month, { value: 2, revenue: 2850 });
  expect(await valuesOf('promotions', month, '&code=SPRING&source=ads')).toMatchObject({
    value: 1,
    revenue: 2850,
  });
  expect(await valuesOf('promotions', month, '&code=AUTUMN')).toMatchObject({ value: 0 });
});
