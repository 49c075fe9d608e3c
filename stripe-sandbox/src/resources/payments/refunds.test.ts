import { expect, test } from 'vitest';
import { refusal, startPayments, type Payments } from '../../payments/payments.fixture.ts';

async function pay(
  { stripe }: Payments,
  { amount = 1_000, currency = 'eur' } = {},
): Promise<{ id: string; charge: string }> {
  const intent = await stripe.paymentIntents.create({
    amount,
    currency,
    payment_method: 'pm_card_visa',
    confirm: true,
  });
  return { id: intent.id, charge: intent.latest_charge as string };
}

test('never more than what is left goes back', async () => {
  const payments = await startPayments('refund');
  const { stripe, told } = payments;
  const paid = await pay(payments);
  const part = await stripe.refunds.create({
    payment_intent: paid.id,
    amount: 300,
    reason: 'requested_by_customer',
  });
  expect(part).toMatchObject({ amount: 300, charge: paid.charge, status: 'succeeded' });
  const tooMuch = stripe.refunds.create({ charge: paid.charge, amount: 701 });
  expect(await refusal(tooMuch)).toMatchObject({
    param: 'amount',
    message: 'Refund amount (€7.01) is greater than unrefunded amount on charge (€7.00)',
  });
  const rest = await stripe.refunds.create({ charge: paid.charge });
  expect(rest.amount).toBe(700);
  const again = stripe.refunds.create({ charge: paid.charge });
  expect((await refusal(again)).code).toBe('charge_already_refunded');
  const charge = await stripe.charges.retrieve(paid.charge, { expand: ['refunds'] });
  expect(charge).toMatchObject({ amount_refunded: 1_000, refunded: true });
  expect(charge.refunds?.data.map(({ id }) => id)).toEqual([rest.id, part.id]);
  const { data } = await stripe.refunds.list({ payment_intent: paid.id });
  expect(data.map(({ id }) => id)).toEqual([rest.id, part.id]);
  expect((await told()).slice(-4)).toEqual([
    'refund.created',
    'charge.refunded',
    'refund.created',
    'charge.refunded',
  ]);
});

test('what a currency has no coin for does not go back', async () => {
  const payments = await startPayments('coins');
  const { charge } = await pay(payments, { amount: 5_120, currency: 'kwd' });
  const refund = (amount: number) => payments.stripe.refunds.create({ charge, amount });
  expect((await refusal(refund(1_005))).code).toBe('invalid_charge_amount');
  expect((await refund(1_010)).amount).toBe(1_010);
});

test('what was not paid is not refunded', async () => {
  const { stripe } = await startPayments('unpaid');
  const { id } = await stripe.paymentIntents.create({ amount: 1_000, currency: 'eur' });
  const refused = await refusal(stripe.refunds.create({ payment_intent: id }));
  expect(refused.message).toContain('does not have a successful charge to refund');
  expect((await refusal(stripe.refunds.create({}))).statusCode).toBe(400);
  const held = await stripe.paymentIntents.create({
    amount: 1_000,
    currency: 'eur',
    capture_method: 'manual',
    payment_method: 'pm_card_visa',
    confirm: true,
  });
  const early = stripe.refunds.create({ charge: held.latest_charge as string });
  expect((await refusal(early)).code).toBe('charge_not_refundable');
});

test('a refund takes metadata and nothing else, and cannot be called back', async () => {
  const payments = await startPayments('update');
  const { stripe, told } = payments;
  const paid = await pay(payments);
  const { id } = await stripe.refunds.create({ payment_intent: paid.id });
  expect((await stripe.refunds.update(id, { metadata: { a: '1' } })).metadata).toEqual({ a: '1' });
  expect((await told()).slice(-2)).toEqual(['refund.updated', 'charge.refund.updated']);
  expect((await refusal(stripe.refunds.cancel(id))).statusCode).toBe(400);
});
