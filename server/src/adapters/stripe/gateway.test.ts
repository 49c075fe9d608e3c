import { expect, test } from 'vitest';
import { openStripeScene, type StripeScene } from './stripe.fixture.ts';

const DAY_MS = 86_400_000;

async function sell(scene: StripeScene, slug: string, amountMinor: number): Promise<string> {
  const { gateway } = scene;
  const productId = `wf_plan_${slug}`;
  const product = { id: productId, name: slug, description: slug, metadata: {} };
  await gateway.createProduct({ ...product, idempotencyKey: `product:${slug}` });
  const lookupKey = `${slug}:1:monthly:usd`;
  const price = await gateway.createPrice({
    productId,
    lookupKey,
    currency: 'usd',
    unitAmountMinor: amountMinor,
    interval: 'month',
    metadata: {},
    idempotencyKey: `price:${lookupKey}`,
  });
  return price.id;
}

async function subscribed(scene: StripeScene, priceId: string): Promise<[string, string]> {
  const customerId = await scene.payingCustomer('7');
  const { id } = await scene.stripe.subscriptions.create({
    customer: customerId,
    items: [{ price: priceId }],
  });
  return [customerId, id];
}

async function found(scene: StripeScene, customerId: string) {
  const retrieval = await scene.gateway.retrieveCustomer(customerId);
  if (retrieval.kind !== 'found') throw new Error(`the customer is ${retrieval.kind}`);
  return retrieval.customer;
}

test('products, prices and coupons that are made twice are made once', async () => {
  const scene = await openStripeScene('catalogue');
  const { gateway } = scene;
  const first = await sell(scene, 'pro', 1_900);
  expect(await sell(scene, 'pro', 1_900)).toBe(first);
  expect(await gateway.findProducts(['wf_plan_pro', 'wf_plan_none'])).toEqual([
    { id: 'wf_plan_pro', name: 'pro' },
  ]);
  expect(await gateway.findPrices(['pro:1:monthly:usd', 'none'])).toMatchObject([
    { id: first, unitAmountDecimal: '1900', interval: 'month', intervalCount: 1 },
  ]);
  const coupon = {
    id: 'wf_2500_once',
    name: '25 % off',
    percentOffBasisPoints: 2_500,
    amountOff: null,
    duration: 'once',
    durationInMonths: null,
  } as const;
  await gateway.ensureCoupon(coupon);
  await gateway.ensureCoupon(coupon);
  expect((await scene.stripe.coupons.list()).data).toMatchObject([{ percent_off: 25 }]);
  expect(await gateway.hasCoupon(coupon.id)).toBe(true);
  await gateway.deleteCoupon(coupon.id);
  await gateway.deleteCoupon(coupon.id);
  expect(await gateway.hasCoupon(coupon.id)).toBe(false);
});

test('a customer is read with subscriptions, invoices, payments and the card', async () => {
  const scene = await openStripeScene('customer');
  const [customerId, subscriptionId] = await subscribed(scene, await sell(scene, 'pro', 1_900));
  const customer = await found(scene, customerId);
  expect(customer).toMatchObject({
    id: customerId,
    email: '7@example.com',
    metadata: { account_id: '7' },
    defaultCard: { brand: 'visa', last4: '4242' },
  });
  expect(customer.subscriptions).toMatchObject([
    {
      id: subscriptionId,
      status: 'active',
      items: [{ quantity: 1, price: { lookupKey: 'pro:1:monthly:usd' } }],
      cancelAtMs: null,
      scheduledChange: null,
    },
  ]);
  expect(customer.invoices).toMatchObject([
    {
      subscriptionId,
      status: 'paid',
      totalMinor: 1_900,
      lines: [{ amountMinor: 1_900, isProration: false, subscriptionId }],
      payments: [{ status: 'paid', amountMinor: 1_900 }],
    },
  ]);
  expect((await found(scene, customerId)).defaultCard?.fingerprint).toEqual(expect.any(String));
  expect(await scene.gateway.retrieveCustomer('cus_nobody')).toEqual({
    kind: 'unknown',
    id: 'cus_nobody',
  });
  await scene.stripe.customers.del(customerId);
  expect(await scene.gateway.retrieveCustomer(customerId)).toMatchObject({
    kind: 'deleted',
    customer: { subscriptions: [{ status: 'canceled' }], invoices: [{ totalMinor: 1_900 }] },
  });
});

test('a change now costs what its preview says, to the cent', async () => {
  const scene = await openStripeScene('change');
  const { gateway, clock } = scene;
  const [pro, business] = [await sell(scene, 'pro', 1_900), await sell(scene, 'business', 4_900)];
  const [customerId, subscriptionId] = await subscribed(scene, pro);
  await scene.advanceTo(clock.nowMs() + 10 * DAY_MS);
  const item = (await found(scene, customerId)).subscriptions[0]?.items[0];
  const change = {
    subscriptionId,
    items: [{ kind: 'set', itemId: item?.id ?? '', priceId: business, quantity: 1 }] as const,
    couponId: null,
    prorationMs: clock.nowMs() + 10 * DAY_MS,
    endsTrial: false,
  };
  const preview = await gateway.previewChange({ ...change, customerId });
  const outcome = await gateway.changeNow({ ...change, idempotencyKey: 'change:1' });
  expect(outcome).toMatchObject({ kind: 'done', subscription: { status: 'active' } });
  const invoice = (await found(scene, customerId)).invoices.at(-1);
  expect(invoice).toMatchObject({ status: 'paid', totalMinor: preview.amountDueMinor });
  expect(invoice?.lines.map(({ amountMinor }) => amountMinor)).toEqual(
    preview.lines.map(({ amountMinor }) => amountMinor),
  );
});

test('a change that the card does not pay waits, and the plan stays', async () => {
  const scene = await openStripeScene('declined');
  const [pro, business] = [await sell(scene, 'pro', 1_900), await sell(scene, 'business', 4_900)];
  const [customerId, subscriptionId] = await subscribed(scene, pro);
  const method = await scene.stripe.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: customerId,
  });
  await scene.stripe.customers.update(customerId, {
    invoice_settings: { default_payment_method: method.id },
  });
  const item = (await found(scene, customerId)).subscriptions[0]?.items[0];
  const outcome = await scene.gateway.changeNow({
    subscriptionId,
    items: [{ kind: 'set', itemId: item?.id ?? '', priceId: business, quantity: 1 }],
    couponId: null,
    prorationMs: scene.clock.nowMs(),
    endsTrial: false,
    idempotencyKey: 'change:1',
  });
  expect(outcome).toMatchObject({
    kind: 'payment_pending',
    subscription: { items: [{ price: { id: pro } }], hasPendingUpdate: true },
    url: expect.stringContaining('http'),
  });
});

test('a change at the period end is read as scheduled, and can be let go', async () => {
  const scene = await openStripeScene('schedule');
  const { gateway } = scene;
  const [business, pro] = [await sell(scene, 'business', 4_900), await sell(scene, 'pro', 1_900)];
  const [customerId, subscriptionId] = await subscribed(scene, business);
  const change = { subscriptionId, items: [{ priceId: pro, quantity: 1 }], couponId: null };
  await gateway.changeAtPeriodEnd({ ...change, idempotencyKey: 'change:1' });
  await gateway.changeAtPeriodEnd({ ...change, idempotencyKey: 'change:1' });
  const before = (await found(scene, customerId)).subscriptions[0];
  const endMs = before?.items[0]?.period.endMs ?? 0;
  expect(before?.scheduledChange).toMatchObject({
    atMs: endMs,
    items: [{ price: { id: pro }, quantity: 1 }],
  });
  const scheduleId = before?.scheduleId ?? '';
  await gateway.releaseSchedule({ scheduleId, idempotencyKey: 'release:1' });
  await gateway.releaseSchedule({ scheduleId, idempotencyKey: 'release:1' });
  const released = (await found(scene, customerId)).subscriptions[0];
  expect(released).toMatchObject({ scheduledChange: null, items: [{ price: { id: business } }] });
  await gateway.changeAtPeriodEnd({ ...change, idempotencyKey: 'change:2' });
  await scene.advanceTo(endMs + DAY_MS);
  const after = await found(scene, customerId);
  expect(after.subscriptions[0]?.items[0]?.price.id).toBe(pro);
  expect(after.invoices.map(({ totalMinor }) => totalMinor)).toEqual([4_900, 1_900]);
});

test('cancellations are scheduled, withdrawn and done, each as often as asked', async () => {
  const scene = await openStripeScene('cancel');
  const { gateway } = scene;
  const [customerId, subscriptionId] = await subscribed(scene, await sell(scene, 'pro', 1_900));
  const ofIt = (key: string) => ({ subscriptionId, idempotencyKey: key });
  const present = async () => (await found(scene, customerId)).subscriptions[0];
  await gateway.cancelAtPeriodEnd(ofIt('cancel:1'));
  const scheduled = await present();
  expect(scheduled?.cancelAtMs).toBe(scheduled?.items[0]?.period.endMs);
  await gateway.keep(ofIt('keep:1'));
  expect((await present())?.cancelAtMs).toBeNull();
  const atMs = scene.clock.nowMs() + 5 * DAY_MS;
  await scene.stripe.subscriptions.update(subscriptionId, { cancel_at: atMs / 1_000 });
  expect((await present())?.cancelAtMs).toBe(atMs);
  await gateway.keep(ofIt('keep:2'));
  expect((await present())?.cancelAtMs).toBeNull();
  await gateway.cancelNow(ofIt('cancel:2'));
  await gateway.cancelNow(ofIt('cancel:2'));
  expect(await present()).toMatchObject({ status: 'canceled', endedMs: expect.any(Number) });
  const invoices = (await found(scene, customerId)).invoices;
  expect(invoices.map(({ totalMinor }) => totalMinor)).toEqual([1_900]);
  await gateway.refundInvoice({ invoiceId: invoices[0]?.id ?? '', idempotencyKey: 'refund:1' });
  await gateway.refundInvoice({ invoiceId: invoices[0]?.id ?? '', idempotencyKey: 'refund:2' });
  expect((await scene.stripe.refunds.list()).data).toMatchObject([{ amount: 1_900 }]);
});

test('a checkout session is made once, read and expired', async () => {
  const scene = await openStripeScene('checkout');
  const { gateway } = scene;
  const priceId = await sell(scene, 'pro', 1_900);
  const customerId = await scene.payingCustomer('7');
  const checkout = {
    mode: 'subscription',
    customerId,
    lines: [{ priceId, quantity: 1 }],
    couponId: null,
    trialDays: 14,
    successUrl: 'http://127.0.0.1:3000/ok',
    cancelUrl: 'http://127.0.0.1:3000/no',
    expiresMs: scene.clock.nowMs() + 3_600_000,
    locale: null,
    metadata: { checkout_id: '1' },
    idempotencyKey: 'checkout:1',
  } as const;
  const session = await gateway.createCheckout(checkout);
  expect(session).toMatchObject({ status: 'open', mode: 'subscription', customerId });
  expect((await gateway.createCheckout(checkout)).id).toBe(session.id);
  expect((await gateway.expireCheckout(session.id)).status).toBe('expired');
  expect((await gateway.expireCheckout(session.id)).status).toBe('expired');
  expect((await found(scene, customerId)).checkouts).toMatchObject([{ status: 'expired' }]);
  const portal = { customerId, returnUrl: 'http://127.0.0.1:3000/', idempotencyKey: 'portal:1' };
  expect((await gateway.createPortal(portal)).url).toContain('http');
});

test.each(['server_error', 'timeout_after_commit', 'reset_after_commit', 'rate_limit'])(
  'what fails by %s happens once all the same',
  async (kind) => {
    const scene = await openStripeScene(kind);
    const { gateway, stripe } = scene;
    const customerId = await scene.payingCustomer('7');
    await scene.fail({ kind, method: 'POST', path: '*', count: 1, retry_after: 0 });
    const item = {
      customerId,
      subscriptionId: null,
      amountMinor: 500,
      currency: 'usd',
      description: 'overage',
      period: { startMs: scene.clock.nowMs() - DAY_MS, endMs: scene.clock.nowMs() },
      metadata: {},
      idempotencyKey: 'overage:1',
    };
    const made = await gateway.createInvoiceItem(item);
    expect((await stripe.invoiceItems.list({ customer: customerId })).data).toMatchObject([
      { id: made, amount: 500 },
    ]);
  },
);

test('events are believed when one of the secrets signed them just now, and not else', async () => {
  const { gateway, stripe } = await openStripeScene('events');
  const payload = JSON.stringify({
    id: 'evt_1',
    object: 'event',
    api_version: gateway.apiVersion,
    created: 1_700_000_000,
    livemode: false,
    type: 'invoice.paid',
    data: { object: { id: 'in_1', object: 'invoice', customer: 'cus_1' } },
  });
  const signed = (secret: string, timestamp?: number): string =>
    stripe.webhooks.generateTestHeaderString({
      payload,
      secret,
      ...(timestamp !== undefined && { timestamp }),
    });
  for (const secret of ['whsec_first', 'whsec_second']) {
    expect(gateway.readEvent(payload, signed(secret))).toEqual({
      id: 'evt_1',
      type: 'invoice.paid',
      apiVersion: gateway.apiVersion,
      isLive: false,
      createdMs: 1_700_000_000_000,
      customerId: 'cus_1',
      objectId: 'in_1',
      objectKind: 'invoice',
    });
  }
  const refusal = (raw: string, header: string): unknown => {
    try {
      return gateway.readEvent(raw, header);
    } catch (error) {
      return error;
    }
  };
  const invalid = { code: 'webhook_signature_invalid' };
  expect(refusal(payload, signed('whsec_other'))).toMatchObject(invalid);
  expect(refusal(payload, '')).toMatchObject(invalid);
  expect(refusal(payload.slice(0, 40), signed('whsec_first'))).toMatchObject(invalid);
  expect(refusal(payload, signed('whsec_first', 1_700_000_000))).toMatchObject({
    code: 'webhook_signature_expired',
  });
});
