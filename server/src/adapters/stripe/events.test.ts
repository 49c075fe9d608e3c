import { expect, test } from 'vitest';
import { openStripeScene } from './stripe.fixture.ts';

const EVENT = {
  id: 'evt_1',
  object: 'event',
  api_version: '2026-10-28.endive',
  created: 1_700_000_000,
  livemode: false,
  type: 'invoice_payment.paid',
};

async function reader(): Promise<(said: unknown) => unknown> {
  const { gateway, stripe } = await openStripeScene('reading events');
  return (said) => {
    const payload = JSON.stringify(said);
    const header = stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_first' });
    try {
      return gateway.readEvent(payload, header);
    } catch (error) {
      return error;
    }
  };
}

test('a payment of an invoice names the invoice, and its customer is still to ask', async () => {
  const read = await reader();
  const object = { id: 'inpay_1', object: 'invoice_payment', invoice: 'in_1' };
  const about = { customerId: null, objectKind: 'invoice', objectId: 'in_1' };
  expect(read({ ...EVENT, data: { object } })).toMatchObject(about);
  const expanded = { ...object, invoice: { id: 'in_1', object: 'invoice' } };
  expect(read({ ...EVENT, data: { object: expanded } })).toMatchObject(about);
});

test.each([
  ['null', null],
  ['a list', []],
  ['no data', { ...EVENT, data: null }],
  ['data that is a word', { ...EVENT, data: 'x' }],
  ['no object', { ...EVENT, data: {} }],
  ['an id that is a number', { ...EVENT, id: 7, data: { object: {} } }],
  ['no type', { ...EVENT, type: undefined, data: { object: {} } }],
  ['a livemode that is a word', { ...EVENT, livemode: 'no', data: { object: {} } }],
  ['an instant that is a word', { ...EVENT, created: 'soon', data: { object: {} } }],
])('signed, and with %s, it is malformed and not a fault of ours', async (_what, said) => {
  const read = await reader();
  expect(read(said)).toMatchObject({ code: 'webhook_malformed', kind: 'malformed' });
});
