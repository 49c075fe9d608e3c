import { beforeAll, expect, test } from 'vitest';
import { useBillingScene } from '../../../../../test/support/billing.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import type { SignedInStaff } from '../../../../../test/support/staff.ts';
import { staffScene } from '../scene.fixture.ts';

const scene = useBillingScene({ seed: 'staff customers' });
const staff = staffScene(scene);
let admin: SignedInStaff;

beforeAll(async () => {
  admin = await staff.as('admin');
});

async function customerOf(user: string): Promise<unknown> {
  const [row] = await staff.query(
    `SELECT accounts.stripe_customer_id AS id FROM accounts JOIN users ON users.id = owner_user_id
     WHERE external_id = $1`,
    [user],
  );
  return row?.['id'];
}

async function newUser(user: string): Promise<void> {
  await scene.server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
}

async function subscribeAt(customer: string, price: string): Promise<string> {
  const card = await scene.stripe.paymentMethods.attach('pm_card_visa', { customer });
  const invoice_settings = { default_payment_method: card.id };
  await scene.stripe.customers.update(customer, { invoice_settings });
  const { id } = await scene.stripe.subscriptions.create({ customer, items: [{ price }] });
  await scene.sandbox.settled();
  return id;
}

test('a customer is taken off and given back, with all that happened meanwhile', async () => {
  const { customer, subscription } = await staff.subscribed('returning', 'business');
  const price = (await scene.stripe.subscriptions.retrieve(subscription)).items.data[0]!.price.id;
  const path = 'returning/stripe-customer/unlink';
  const live = await staff.act(path, {}, admin);
  expect([live.status, live.body.code]).toEqual([409, 'customer_in_use']);
  await staff.act('returning/subscription/cancel', { when: 'now' }, admin);
  const tried = await staff.act(path, { dry_run: true }, admin);
  expect(tried.body).toMatchObject({
    before: { stripe_customer_id: customer },
    after: { stripe_customer_id: null },
    undo: null,
  });
  expect(await customerOf('returning')).toBe(customer);
  const done = await staff.act(path, {}, admin);
  expect(done.status).toBe(200);
  expect(await customerOf('returning')).toBeNull();
  // Its metadata name the account still, and count for nothing.
  const made = await subscribeAt(customer, price);
  await eventually(async () => {
    const rows = await staff.query(
      `SELECT 1 FROM stripe_events WHERE payload LIKE '%' || $1 || '%' AND state = 'ignored'`,
      [made],
    );
    return rows.length > 0;
  });
  expect(await customerOf('returning')).toBeNull();
  expect(await staff.profileOf('returning')).toMatchObject({ plan: 'free' });
  expect((await staff.undo(done.body.undo, admin)).status).toBe(200);
  expect(await customerOf('returning')).toBe(customer);
  expect(await staff.profileOf('returning')).toMatchObject({ plan: 'business' });
  const entries = await staff.query(
    `SELECT actor_id, action, before->>'stripe_customer_id' AS before,
       after->>'stripe_customer_id' AS after
     FROM audit_entries WHERE action LIKE 'billing.customer_%' ORDER BY id`,
  );
  const actor_id = String(admin.staffId);
  expect(entries).toEqual([
    { actor_id, action: 'billing.customer_unlinked', before: customer, after: null },
    { actor_id, action: 'billing.customer_linked', before: null, after: customer },
  ]);
});

test('what lives at a customer who was made at Stripe is served once it is linked', async () => {
  const { customer, subscription } = await staff.subscribed('seller', 'pro');
  const price = (await scene.stripe.subscriptions.retrieve(subscription)).items.data[0]!.price.id;
  const { id: made } = await scene.stripe.customers.create({ email: 'buyer@example.com' });
  const bought = await subscribeAt(made, price);
  await newUser('buyer');
  const link = { stripe_customer_id: made };
  const tried = await staff.act('buyer/stripe-customer/relink', { ...link, dry_run: true }, admin);
  expect(tried.body).toMatchObject({ subscriptions: [bought], invoices: 1 });
  expect(await staff.profileOf('buyer')).toMatchObject({ plan: 'free' });
  const done = await staff.act('buyer/stripe-customer/relink', link, admin);
  expect(done.body).toMatchObject({ after: { stripe_customer_id: made }, undo: null });
  expect(await staff.profileOf('buyer')).toMatchObject({ plan: 'pro' });
  // What somebody has paid for stays on record of them.
  await staff.act('seller/subscription/cancel', { when: 'now' }, admin);
  await staff.act('seller/stripe-customer/unlink', {}, admin);
  await newUser('heir');
  const past = { stripe_customer_id: customer };
  const foreign = await staff.act('heir/stripe-customer/relink', past, admin);
  expect([foreign.status, foreign.body.code]).toEqual([422, 'customer_not_linkable']);
});

test('who looked at another profile changes, links and refunds nothing', async () => {
  const owner = await staff.as('owner');
  const { subscription } = await staff.subscribed('late', 'pro');
  const before = await scene.stripe.subscriptions.retrieve(subscription);
  const [invoice] = (await scene.stripe.invoices.list({ subscription, limit: 1 })).data;
  const { id: made } = await scene.stripe.customers.create({ email: 'linkless@example.com' });
  await newUser('linkless');
  const wish = { plan: 'business', billing_cycle: 'monthly', when: 'now' };
  const preview = await scene.server.request<{ preview_token: string; version: number }>(
    'POST',
    '/admin/v1/users/late/subscription/preview',
    wish,
    owner,
  );
  const version = preview.body.version + 1_000;
  const { preview_token: token } = preview.body;
  const refund = { version, reason: 'not as promised' };
  const deeds = [
    await staff.act('late/subscription/change', { preview_token: token, version }, owner),
    await staff.act(
      'linkless/stripe-customer/relink',
      { stripe_customer_id: made, version },
      owner,
    ),
    await scene.server.request<{ code?: string }>(
      'POST',
      `/admin/v1/invoices/${invoice!.id}/refunds`,
      refund,
      owner,
    ),
  ];
  for (const { status, body } of deeds) {
    expect([status, body.code]).toEqual([409, 'stale_version']);
  }
  const after = await scene.stripe.subscriptions.retrieve(subscription);
  expect(after.items.data[0]!.price.id).toBe(before.items.data[0]!.price.id);
  expect(await customerOf('linkless')).toBeNull();
  expect((await scene.stripe.refunds.list()).data).toEqual([]);
});

test('it is for operators, of customers that there are, one at a time', async () => {
  const { customer } = await staff.subscribed('settled', 'pro');
  await newUser('empty');
  const finance = await staff.as('finance');
  expect((await staff.act('settled/stripe-customer/unlink', {}, finance)).status).toBe(403);
  const none = await staff.act('empty/stripe-customer/unlink', {}, admin);
  expect([none.status, none.body.code]).toEqual([409, 'customer_missing']);
  const link = (user: string, id: string) =>
    staff.act(`${user}/stripe-customer/relink`, { stripe_customer_id: id }, admin);
  expect((await link('empty', 'cus_unknown')).body.code).toBe('customer_not_linkable');
  expect((await link('empty', customer)).body.code).toBe('customer_not_linkable');
  expect((await link('settled', 'cus_unknown')).body.code).toBe('customer_not_linkable');
  const other = await scene.stripe.customers.create({ email: 'other@example.com' });
  expect((await link('settled', other.id)).body.code).toBe('customer_linked');
});
