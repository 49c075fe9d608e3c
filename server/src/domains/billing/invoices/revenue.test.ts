import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { signInStaff } from '../../../../test/support/staff.ts';

const scene = useBillingScene({ seed: 'code-revenue' });

interface Listed {
  code: string;
  held: number;
  redeemed: number;
  revenue: { currency: string; amount: string }[];
}

test('a code is listed with its redemptions and what those accounts have paid since', async () => {
  const { server, sandbox } = scene;
  const finance = await signInStaff(server, 'finance');
  const made = await server.request(
    'POST',
    '/admin/v1/promotion-codes',
    {
      code: 'QUARTER',
      name: 'A quarter off',
      effect: { percent_off_basis_points: 2_500, duration: 'once' },
      reason: 'a fair',
    },
    finance,
  );
  expect(made.status).toBe(200);
  await server.request('PUT', '/v1/users/buyer', { email: 'buyer@example.com' });
  const urls = { success_url: `${server.url}/ok`, cancel_url: `${server.url}/no` };
  const wish = { user: 'buyer', plan: 'pro', billing_cycle: 'monthly', promotion_code: 'quarter' };
  const opened = await server.request<{ url: string }>('POST', '/v1/checkout', {
    ...wish,
    ...urls,
  });
  const list = async (): Promise<Listed | undefined> => {
    const path = '/admin/v1/promotion-codes?prefix=QUARTER';
    const { body } = await server.request<{ data: Listed[] }>('GET', path, undefined, finance);
    return body.data[0];
  };
  expect(await list()).toMatchObject({ held: 1, redeemed: 0, revenue: [] });
  const form = {
    email: 'buyer@example.com',
    name: 'A Buyer',
    number: '4242 4242 4242 4242',
    expiry: '12 / 34',
    cvc: '123',
  };
  const body = new URLSearchParams(form);
  await fetch(opened.body.url, { method: 'POST', redirect: 'manual', body });
  await sandbox.settled();
  await eventually(async () => (await list())?.redeemed === 1);
  expect(await list()).toMatchObject({
    held: 0,
    redeemed: 1,
    revenue: [{ currency: 'usd', amount: '14.25' }],
  });
}, 60_000);
