import { afterEach, describe, expect, test } from 'vitest';
import { amountAt, keeper, openLife, secondsOf, told, type Life } from './stripe-life.fixture.ts';

let life: Life;

afterEach(() => life.close());

test('a pause counts nothing until it is over, also after it is over', async () => {
  life = await openLife('2026-04-01');
  const { stripe, customer } = life;
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(1000) }],
  });
  const keep = keeper(life, id, true);
  await life.advance(secondsOf('2026-04-16'));
  await stripe.subscriptions.pause(id);
  await keep();
  await life.advance(secondsOf('2026-06-10'));
  await keep();
  await stripe.subscriptions.resume(id);
  await life.advance(secondsOf('2026-06-20'));
  expect(told(await keep())).toEqual([
    '2026-04-01T00 started active 1x1000',
    '2026-04-16T00 paused paused',
    '2026-06-10T00 resumed active 1x1000',
  ]);
});

test('dunning that ends in a cancellation counts until the end', async () => {
  life = await openLife('2026-01-01');
  const { stripe, customer } = life;
  const { id } = await stripe.subscriptions.create({
    customer,
    items: [{ price: await life.priceOf(1000) }],
  });
  const keep = keeper(life, id, true);
  await life.giveCard('pm_card_chargeCustomerFail');
  await life.advance(secondsOf('2026-02-03'));
  await keep();
  await life.advance(secondsOf('2026-03-10'));
  const history = await keep();
  expect(history.map(({ cause }) => cause)).toEqual(['started', 'payment_failed', 'ended']);
  expect(amountAt(history, '2026-02-10')).toBe(1000);
  expect(amountAt(history, '2026-03-10')).toBe(0);
});

describe('a resumption whose bill cannot be charged', () => {
  /** Paused on the 11th, changed or not, and resumed on the 21st with a card that fails. */
  async function resumed(changes: boolean): Promise<string> {
    life = await openLife('2026-01-01');
    const { stripe, customer } = life;
    const { id, items } = await stripe.subscriptions.create({
      customer,
      items: [{ price: await life.priceOf(1_900) }],
    });
    await life.advance(secondsOf('2026-01-11'));
    await stripe.subscriptions.pause(id);
    await life.giveCard('pm_card_chargeCustomerFail');
    const more = [{ id: items.data[0]!.id, quantity: 3 }];
    if (changes) await stripe.subscriptions.update(id, { items: more });
    await life.advance(secondsOf('2026-01-21'));
    await stripe.subscriptions.resume(id);
    await life.advance(secondsOf('2026-01-22'));
    expect((await stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    return id;
  }

  test.each([
    ['', false, '1x1900'],
    [', with what was changed within the pause,', true, '3x1900'],
  ])('is past due%s until it is paid', async (_how, changes, sold) => {
    const id = await resumed(changes);
    const late = [
      '2026-01-01T00 started active 1x1900',
      '2026-01-11T00 paused paused',
      `2026-01-21T00 payment_failed past_due ${sold}`,
    ];
    expect(told(await life.derive(id, true))).toEqual(late);
    await life.giveCard('pm_card_visa');
    const owed = await life.stripe.invoices.list({ subscription: id, status: 'open' });
    for (const invoice of owed.data) await life.stripe.invoices.pay(invoice.id);
    await life.advance(secondsOf('2026-01-23'));
    expect(told(await life.derive(id, true))).toEqual([
      ...late,
      `2026-01-22T00 recovered active ${sold}`,
    ]);
  });
});
