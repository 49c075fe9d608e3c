import { expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { sellingEffects } from '../../../src/domains/billing/index.ts';
import type { Customer } from './support/rig.ts';
import { useRig } from './support/use-rig.ts';

const rig = useRig('usage stays');

/** Everything that says what somebody has used, and what is left. */
async function counted({ accountId }: Customer): Promise<unknown> {
  const of = (text: string): Promise<unknown[]> => rig().rows(text, [accountId]);
  return {
    events: await of(`SELECT to_jsonb(e) AS row FROM usage_events e WHERE account_id = $1
      ORDER BY occurred_at, id`),
    balances: await of(`SELECT feature, period_start, period_end, used, reserved, base_limit,
      pack_amount, pack_burned, boost_covered, beyond FROM balances WHERE account_id = $1
      ORDER BY feature, period_start`),
    reservations: await of(`SELECT id, amount, status, period_start FROM reservations
      WHERE account_id = $1 ORDER BY id`),
    burns: await of(`SELECT grant_id, period_start, amount FROM pack_burns WHERE account_id = $1
      ORDER BY grant_id, period_start`),
  };
}

async function use({ user }: Customer, minutes: number): Promise<void> {
  const { usage, catalog } = rig().process;
  const event = catalog.current().eventTypes.get('audio_processed')!;
  await usage.track({ kind: 'track', user, event, amount: units(minutes), enforce: false });
}

test('webhooks of renewals and changes, told again in any number, touch no usage', async () => {
  const { stripe, prices, clock } = rig();
  const somebody = await rig().customer();
  const worker = rig().billing({ effects: sellingEffects(7) });
  const items = [{ price: prices.proMonthly }];
  const { id } = await stripe.subscriptions.create({ customer: somebody.customerId, items });
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker);
  await use(somebody, 40);
  await rig().advanceTo(addMonths(clock.nowMs(), 1) + DAY_MS);
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker);
  await use(somebody, 25);
  const { items: now } = await stripe.subscriptions.retrieve(id);
  await stripe.subscriptions.update(id, {
    items: [{ id: now.data[0]!.id, price: prices.businessMonthly }],
    proration_behavior: 'always_invoice',
  });
  await rig().deliverAll(somebody.customerId);
  await rig().work(worker);
  await use(somebody, 5);
  // Limits follow with the next command, whoever gives it.
  await worker.projector.refresh(somebody.customerId);
  const before = await counted(somebody);
  expect(before).toMatchObject({ events: [{}, {}, {}] });
  const all = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  for (const round of [1, 2]) {
    for (const event of all) await rig().deliver({ ...event, id: `${event.id}_${round}` });
    await rig().work(worker);
    await worker.projector.refresh(somebody.customerId);
  }
  expect(await counted(somebody)).toEqual(before);
});
