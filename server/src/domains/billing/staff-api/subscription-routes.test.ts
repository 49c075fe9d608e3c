import { beforeAll, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useBillingScene } from '../../../../test/support/billing.ts';
import type { SignedInStaff } from '../../../../test/support/staff.ts';
import { staffScene } from './scene.fixture.ts';

const scene = useBillingScene({ seed: 'staff subscriptions' });
const staff = staffScene(scene);
let finance: SignedInStaff;

beforeAll(async () => {
  finance = await staff.as('finance');
});

interface Preview {
  code?: string;
  preview_token: string;
  amount_due_minor: number;
  before: { plan: string };
  after: { plan: string };
  version: number;
}

async function previewOf(user: string, plan: string, when = 'now') {
  const path = `/admin/v1/users/${user}/subscription/preview`;
  const wish = { plan, billing_cycle: 'monthly', when };
  return scene.server.request<Preview>('POST', path, wish, finance);
}

test('an upgrade by staff costs what was previewed, with who and why on record', async () => {
  const { subscription } = await staff.subscribed('raised', 'pro');
  await scene.advanceTo(scene.clock.nowMs() + 60_000);
  const preview = await previewOf('raised', 'business');
  expect(preview.body).toMatchObject({ before: { plan: 'pro' }, after: { plan: 'business' } });
  const { preview_token } = preview.body;
  const done = await staff.act('raised/subscription/change', { preview_token }, finance);
  expect(done).toMatchObject({
    status: 200,
    body: { status: 'done', before: { plan: 'pro' }, after: { plan: 'business' }, undo: null },
  });
  const [invoice] = (await scene.stripe.invoices.list({ subscription, limit: 1 })).data;
  expect([invoice?.status, invoice?.amount_paid]).toEqual(['paid', preview.body.amount_due_minor]);
  const entries = await staff.query(
    `SELECT actor_kind, actor_id, reason, before->>'plan' AS before, address,
            request_id IS NOT NULL AS named
     FROM audit_entries WHERE action = 'billing.change_requested'`,
  );
  expect(entries).toEqual([
    {
      actor_kind: 'staff',
      actor_id: String(finance.staffId),
      reason: 'as agreed by phone',
      before: 'pro',
      address: '127.0.0.1',
      named: true,
    },
  ]);
});

test('how a subscription stands is told with its next invoice, or that there is none', async () => {
  await staff.subscribed('looked-at', 'pro');
  await staff.act('looked-at/discounts', { percent_off: 50, duration: 'once' }, finance);
  const analyst = await staff.as('analyst');
  const look = (user: string) =>
    scene.server.request('GET', `/admin/v1/users/${user}/subscription`, undefined, analyst);
  const { status, body } = await look('looked-at');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    plan: 'pro',
    discounts: [{ percent_off: 50, duration: 'once' }],
    next_invoice: { amount_minor: 950, currency: 'usd' },
  });
  await scene.server.request('PUT', '/v1/users/no-buyer', { email: 'no-buyer@example.com' });
  expect((await look('no-buyer')).body).toMatchObject({
    plan: 'free',
    status: 'none',
    subscription: null,
    next_invoice: null,
  });
  expect((await look('nobody')).status).toBe(404);
});

test('a downgrade is scheduled for the end of the period, and undone', async () => {
  const { subscription } = await staff.subscribed('lowered', 'business');
  expect((await previewOf('lowered', 'pro')).body.code).toBe('downgrade_at_period_end');
  const { preview_token } = (await previewOf('lowered', 'pro', 'period_end')).body;
  const done = await staff.act('lowered/subscription/change', { preview_token }, finance);
  expect(done.body.status).toBe('scheduled');
  expect((await scene.stripe.subscriptions.retrieve(subscription)).schedule).not.toBeNull();
  expect((await staff.undo(done.body.undo, finance)).status).toBe(200);
  expect((await scene.stripe.subscriptions.retrieve(subscription)).schedule).toBeNull();
});

test('an end with the period is foreseen as it then is, undone, and done again', async () => {
  const { subscription } = await staff.subscribed('leaving', 'pro');
  const cancel = { when: 'period_end' };
  const tried = await staff.act(
    'leaving/subscription/cancel',
    { ...cancel, dry_run: true },
    finance,
  );
  expect(tried.body).toMatchObject({ status: null, undo: null });
  const isEnding = async () =>
    (await scene.stripe.subscriptions.retrieve(subscription)).cancel_at_period_end;
  expect(await isEnding()).toBe(false);
  const done = await staff.act('leaving/subscription/cancel', cancel, finance);
  expect(done.body.status).toBe('scheduled');
  expect(done.body.after).toEqual(tried.body.after);
  expect(await isEnding()).toBe(true);
  const resumed = await staff.undo(done.body.undo, finance);
  expect(resumed.body.after).toEqual(done.body.before);
  expect(await isEnding()).toBe(false);
  expect((await staff.undo(resumed.body.undo, finance)).status).toBe(200);
  expect(await isEnding()).toBe(true);
});

test('an end now takes the access away at once', async () => {
  const { subscription } = await staff.subscribed('gone', 'pro');
  expect(await staff.mayUse('gone', 250)).toBe(true);
  const end = { when: 'now' };
  const tried = await staff.act('gone/subscription/cancel', { ...end, dry_run: true }, finance);
  const done = await staff.act('gone/subscription/cancel', end, finance);
  expect(done.body.after).toEqual(tried.body.after);
  expect(done.body).toMatchObject({
    status: 'done',
    after: { plan: 'free', subscription: null },
    undo: null,
  });
  expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('canceled');
  expect(await staff.mayUse('gone', 250)).toBe(false);
});

test('of two who looked at the same profile one is refused; nothing is done twice', async () => {
  await staff.subscribed('contested', 'pro');
  const { version } = await staff.profileOf('contested');
  const other = await staff.as('admin');
  const cancel = { when: 'period_end', version };
  const answers = await Promise.all(
    [finance, other].map((who) => staff.act('contested/subscription/cancel', cancel, who)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(answers.find(({ status }) => status === 409)?.body.code).toBe('stale_version');
  const [{ count } = {}] = await staff.query(
    `SELECT count(*)::int FROM subscription_commands JOIN users USING (account_id)
     WHERE external_id = 'contested'`,
  );
  expect(count).toBe(1);
});

test('neither support nor an impatient reason ends a subscription', async () => {
  await staff.subscribed('guarded', 'pro');
  const support = await staff.as('support');
  const cancel = { when: 'now' };
  const foreign = await staff.act('guarded/subscription/cancel', cancel, support);
  expect([foreign.status, foreign.body.code]).toEqual([403, 'permission_missing']);
  const short = { ...cancel, reason: 'no' };
  expect((await staff.act('guarded/subscription/cancel', short, finance)).status).toBe(400);
  expect((await staff.profileOf('guarded')).plan).toBe('pro');
});

test('who has no subscription is told so', async () => {
  await scene.server.request('PUT', '/v1/users/nobody', { email: 'nobody@example.com' });
  await scene.advanceTo(scene.clock.nowMs() + DAY_MS / 24);
  finance = await staff.as('finance');
  const none = await staff.act('nobody/subscription/cancel', { when: 'now' }, finance);
  expect([none.status, none.body.code]).toEqual([409, 'subscription_missing']);
});
