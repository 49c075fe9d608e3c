import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../server/test/support/billing.ts';
import { staffScene } from '../../../../server/src/domains/billing/staff-api/scene.fixture.ts';
import { OWNER, usePortal } from '../portal.fixture.ts';
import { signIn } from '../steps.fixture.ts';

const scene = useBillingScene({ seed: 'a dashboard that stays open', env: OWNER });
const staff = staffScene(scene);
const portal = usePortal({}, { scene });

test('a payment and a cancellation are on an open dashboard, and the figures follow', async () => {
  const page = await portal.open('/insights');
  page.setDefaultTimeout(60_000);
  await signIn(page, 'Insights');
  const tile = page.getByRole('list', { name: 'Latest figures' }).getByRole('link', {
    name: /^Monthly recurring revenue \$0\.00/,
  });
  await tile.waitFor();
  await staff.subscribed('u-hopper', 'pro');
  const feed = page.getByRole('region', { name: 'What happens' });
  const item = (text: string) => feed.getByRole('listitem').filter({ hasText: text });
  await item('u-hopper@example.com paid $19.00').waitFor();
  await item('u-hopper@example.com subscribed to Pro').waitFor();
  await page.getByRole('link', { name: /^Monthly recurring revenue \$19\.00/ }).waitFor();
  const wish = { when: 'period_end' };
  await scene.server.request('POST', '/v1/users/u-hopper/subscription/cancel', wish);
  await item('u-hopper@example.com canceled').waitFor();
  await item('u-hopper@example.com canceled').getByRole('link').click();
  await page.getByRole('heading', { level: 1, name: 'u-hopper@example.com' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/admin/users/u-hopper');
});
