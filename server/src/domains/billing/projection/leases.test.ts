import { expect, test } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { endLeases } from '../../../../test/scenarios/payments/support/leases.ts';
import type { Customer } from '../../../../test/scenarios/payments/support/rig.ts';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import type { PaymentGateway } from '../index.ts';

const rig = useRig('leases');

/** So short that it runs out many times while Stripe is waited for. */
const LEASE_MS = 150;

/** The real gateway, whose answer about a customer is held back until it is let go. */
function slow(): { gateway: PaymentGateway; asked: Promise<void>; letGo: () => void } {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const { gateway } = rig();
  return {
    asked: asked.promise,
    letGo: () => gate.resolve(),
    gateway: {
      ...gateway,
      async retrieveCustomer(id) {
        const retrieval = await gateway.retrieveCustomer(id);
        asked.resolve();
        await gate.promise;
        return retrieval;
      },
    },
  };
}

async function subscribe({ customerId }: Customer): Promise<string> {
  const items = [{ price: rig().prices.proMonthly }];
  return (await rig().stripe.subscriptions.create({ customer: customerId, items })).id;
}

interface Standing {
  readonly token: number;
  readonly until: number | null;
  readonly is_due: boolean;
}

async function leaseOf({ customerId }: Customer): Promise<Standing> {
  const [row] = await rig().rows<Standing & Record<string, unknown>>(
    `SELECT lease_token::int AS token, (extract(epoch FROM leased_until) * 1000)::float8 AS until,
       due_at IS NOT NULL AS is_due
     FROM billing_customers WHERE stripe_customer_id = $1`,
    [customerId],
  );
  return row!;
}

/** Resolves when a lease has been prolonged to several times its length. */
async function outlasts(somebody: Customer): Promise<void> {
  const { until } = await leaseOf(somebody);
  await eventually(async () => {
    const now = await leaseOf(somebody);
    return (now.until ?? 0) > until! + 4 * LEASE_MS || undefined;
  });
}

async function statuses({ accountId }: Customer): Promise<unknown[]> {
  const rows = await rig().rows('SELECT status FROM user_subscriptions WHERE account_id = $1', [
    accountId,
  ]);
  return rows.map(({ status }) => status as unknown);
}

async function states({ customerId }: Customer): Promise<unknown[]> {
  const rows = await rig().rows(
    'SELECT DISTINCT state FROM stripe_events WHERE stripe_customer_id = $1',
    [customerId],
  );
  return rows.map(({ state }) => state as unknown);
}

test('who reads for longer than a lease keeps it, and nobody else is at the customer', async () => {
  const somebody = await rig().customer();
  await subscribe(somebody);
  const { gateway, asked, letGo } = slow();
  const holder = rig().billing({ gateway, leaseMs: LEASE_MS }).projector;
  const reading = holder.refresh(somebody.customerId);
  await asked;
  const { token } = await leaseOf(somebody);
  await outlasts(somebody);
  expect(await rig().billing().projector.refresh(somebody.customerId)).toBe('busy');
  expect(await rig().billing().projector.work(new AbortController().signal)).toBe(0);
  letGo();
  await reading;
  expect(await statuses(somebody)).toEqual(['active']);
  // Whoever came meanwhile is not forgotten, though the lease was prolonged since.
  expect(await leaseOf(somebody)).toEqual({ token, until: null, is_due: true });
});

test('an event that comes while a lease is prolonged is handled after it', async () => {
  const somebody = await rig().customer();
  const { gateway, asked, letGo } = slow();
  const holder = rig().billing({ gateway, leaseMs: LEASE_MS }).projector;
  const reading = holder.refresh(somebody.customerId);
  await asked;
  await subscribe(somebody);
  await rig().deliverAll(somebody.customerId);
  await outlasts(somebody);
  letGo();
  await reading;
  expect(await statuses(somebody)).toEqual([]);
  await rig().work();
  expect(await statuses(somebody)).toEqual(['active']);
  expect(await states(somebody)).toEqual(['done']);
});

test('an event that comes when a lease has run out, and nobody took over, is handled', async () => {
  const somebody = await rig().customer();
  const { gateway, asked, letGo } = slow();
  const reading = rig().billing({ gateway }).projector.refresh(somebody.customerId);
  await asked;
  await endLeases(rig());
  await subscribe(somebody);
  await rig().deliverAll(somebody.customerId);
  letGo();
  await reading;
  await rig().work();
  expect(await statuses(somebody)).toEqual(['active']);
  expect(await states(somebody)).toEqual(['done']);
});

test('a lease is prolonged within bounds, and who is overtaken then writes nothing', async () => {
  const somebody = await rig().customer();
  const id = await subscribe(somebody);
  const { gateway, asked, letGo } = slow();
  const bounds = { leaseMs: LEASE_MS, longestReadMs: 2 * LEASE_MS };
  const stuck = rig().billing({ gateway, ...bounds }).projector;
  const reading = stuck.refresh(somebody.customerId);
  await asked;
  const { token } = await leaseOf(somebody);
  await rig().stripe.subscriptions.cancel(id);
  const another = rig().billing().projector;
  await eventually(async () => {
    await another.work(new AbortController().signal);
    return (await statuses(somebody)).includes('canceled') || undefined;
  });
  letGo();
  await reading;
  expect(await statuses(somebody)).toEqual(['canceled']);
  expect((await leaseOf(somebody)).token).toBeGreaterThan(token);
});
