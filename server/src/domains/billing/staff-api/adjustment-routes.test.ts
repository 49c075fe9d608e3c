import { beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import type { SignedInStaff } from '../../../../test/support/staff.ts';
import { staffScene } from './scene.fixture.ts';

const scene = useBillingScene({ seed: 'staff adjustments' });
const staff = staffScene(scene);
let finance: SignedInStaff;

/** What Stripe keeps that a discount could add to. */
async function everything() {
  const [coupons, subscriptions, codes] = await Promise.all([
    scene.stripe.coupons.list({ limit: 100 }),
    scene.stripe.subscriptions.list({ limit: 100 }),
    scene.stripe.promotionCodes.list({ limit: 100 }),
  ]);
  return [coupons.data, subscriptions.data, codes.data];
}

/** Anew for each test, because sessions end while the clock goes on. */
beforeEach(async () => {
  finance = await staff.as('finance');
});

describe('a discount', () => {
  const discount = { percent_off: 25, months: 3 };

  test('is on the next invoice as it was foreseen, and its undo takes it off', async () => {
    const { subscription } = await staff.subscribed('reduced', 'pro');
    const tried = await staff.act('reduced/discounts', { ...discount, dry_run: true }, finance);
    expect(tried.body).toMatchObject({ total_minor: 1_425, currency: 'usd', notes: [] });
    expect((await scene.stripe.subscriptions.retrieve(subscription)).discounts).toEqual([]);
    const done = await staff.act('reduced/discounts', discount, finance);
    expect(done.body).toMatchObject({ status: 'done', total_minor: 1_425 });
    expect(done.body.lines).toEqual(tried.body.lines);
    expect(done.body.after).toMatchObject({
      discounts: [{ coupon: 'wf_staff_percent_2500_repeating_3', percent_off: 25 }],
    });
    const next = () => scene.stripe.invoices.createPreview({ subscription });
    expect((await next()).total).toBe(1_425);
    expect((await staff.undo(done.body.undo, finance)).status).toBe(200);
    expect((await next()).total).toBe(1_900);
  });

  test('is tried to the cent as Stripe has it then, and nothing is made by a trial', async () => {
    const { customer, subscription } = await staff.subscribed('tried', 'pro');
    const item = { customer, currency: 'usd', subscription };
    await scene.stripe.invoiceItems.create({ ...item, amount: 333, description: 'Extra' });
    await scene.stripe.invoiceItems.create({ ...item, amount: -250, description: 'Credit' });
    const first = { percent_off: 12.5, duration: 'forever' };
    const wishes = [
      first,
      { percent_off: 33.33, months: 2 },
      { amount_off_minor: 777, currency: 'usd', duration: 'once' },
      { amount_off_minor: 99_999, currency: 'usd', months: 1 },
    ];
    const next = () => scene.stripe.invoices.createPreview({ subscription });
    for (const wish of wishes) {
      const before = await everything();
      const tried = await staff.act('tried/discounts', { ...wish, dry_run: true }, finance);
      expect(await everything()).toEqual(before);
      const done = await staff.act('tried/discounts', wish, finance);
      expect([done.status, done.body.total_minor]).toEqual([200, tried.body.total_minor]);
      expect([wish, (await next()).total]).toEqual([wish, tried.body.total_minor]);
      // Each is tried beside the first alone.
      if (wish !== first) await staff.undo(done.body.undo, finance);
    }
  });

  test('for months that are over by the next invoice takes nothing off it', async () => {
    const { subscription } = await staff.subscribed('early', 'pro', 'yearly');
    const wish = { percent_off: 50, months: 3 };
    const tried = await staff.act('early/discounts', { ...wish, dry_run: true }, finance);
    await staff.act('early/discounts', wish, finance);
    const { total } = await scene.stripe.invoices.createPreview({ subscription });
    expect(tried.body.total_minor).toBe(total);
    expect(total).toBe(18_240);
  });

  test('comes beside another, and ends without it', async () => {
    const { subscription } = await staff.subscribed('twice', 'pro');
    await staff.act('twice/discounts', { percent_off: 50, duration: 'forever' }, finance);
    const amount = { amount_off_minor: 150, currency: 'usd', duration: 'once' };
    const both = await staff.act('twice/discounts', amount, finance);
    expect(both.body.total_minor).toBe(800);
    expect(both.body.notes).toEqual([expect.stringContaining('both hold')]);
    const ended = await staff.undo(both.body.undo, finance);
    expect(ended.body.total_minor).toBe(950);
    // The end of one that is not of some months is undone by giving it once more.
    const again = await staff.undo(ended.body.undo, finance);
    expect(again.body.total_minor).toBe(800);
    expect((await staff.undo(again.body.undo, finance)).body.total_minor).toBe(950);
    expect((await scene.stripe.invoices.createPreview({ subscription })).total).toBe(950);
    const same = await staff.act(
      'twice/discounts',
      { percent_off: 50, duration: 'forever' },
      finance,
    );
    expect([same.status, same.body.code]).toEqual([409, 'discount_in_force']);
  });

  test('that Stripe breaks down at is carried out once, unasked', async () => {
    const { subscription } = await staff.subscribed('broken', 'pro');
    const path = `/v1/subscriptions/${subscription}`;
    const failure = { kind: 'reset_before_commit', method: 'POST', path, count: 9 };
    await scene.control('failures', failure);
    expect((await staff.act('broken/discounts', discount, finance)).status).toBe(503);
    await fetch(`${scene.sandbox.url}/_sandbox/failures`, { method: 'DELETE' });
    expect((await scene.stripe.subscriptions.retrieve(subscription)).discounts).toEqual([]);
    await staff.query(
      `UPDATE subscription_commands SET touched_at = touched_at - interval '1 hour'`,
    );
    await staff.query(`SELECT billing_worker.add_job('billing_commands')`);
    await eventually(async () => {
      const { discounts } = await scene.stripe.subscriptions.retrieve(subscription);
      return discounts.length === 1;
    });
    expect((await scene.stripe.invoices.createPreview({ subscription })).total).toBe(1_425);
    const again = await staff.act('broken/discounts', discount, finance);
    expect([again.status, again.body.code]).toEqual([409, 'discount_in_force']);
  });

  test('that cannot be is refused before Stripe is asked', async () => {
    await staff.subscribed('impossible', 'pro');
    const wishes: [object, number, string?][] = [
      [{ percent_off: 150, months: 1 }, 400],
      [{ percent_off: 0, months: 1 }, 400],
      [{ percent_off: 10.123, months: 1 }, 422, 'discount_impossible'],
      [{ percent_off: 10 }, 422, 'discount_impossible'],
      [{ percent_off: 10, months: 1, duration: 'once' }, 422, 'discount_impossible'],
      [{ months: 1 }, 422, 'discount_impossible'],
      [{ amount_off_minor: 100, months: 1 }, 422, 'discount_impossible'],
      [{ amount_off_minor: 100, currency: 'eur', months: 1 }, 422, 'discount_impossible'],
      [{ percent_off: 5, amount_off_minor: 1, currency: 'usd', months: 1 }, 422],
    ];
    for (const [wish, status, code] of wishes) {
      const answer = await staff.act('impossible/discounts', wish, finance);
      expect([wish, answer.status]).toEqual([wish, status]);
      if (code !== undefined) expect(answer.body.code).toBe(code);
    }
    const support = await staff.as('support');
    expect((await staff.act('impossible/discounts', discount, support)).status).toBe(403);
    const commands = await staff.query(
      `SELECT 1 FROM subscription_commands JOIN users USING (account_id)
       WHERE external_id = 'impossible'`,
    );
    expect(commands).toEqual([]);
  });
});

describe('a pause', () => {
  test('ends access and billing, credits the rest, and is undone', async () => {
    const { customer, subscription } = await staff.subscribed('resting', 'pro');
    await scene.advanceTo(scene.clock.nowMs() + 10 * DAY_MS);
    finance = await staff.as('finance');
    const tried = await staff.act('resting/subscription/pause', { dry_run: true }, finance);
    expect(tried.body.total_minor).toBeLessThan(0);
    expect(tried.body.after).toMatchObject({ plan: 'free', status: 'paused' });
    const done = await staff.act('resting/subscription/pause', {}, finance);
    expect(done.body).toMatchObject({
      status: 'done',
      before: { plan: 'pro', status: 'active' },
      after: { plan: 'free', status: 'paused' },
      total_minor: tried.body.total_minor,
    });
    expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('paused');
    expect(await staff.mayUse('resting', 250)).toBe(false);
    const history = await staff.query(
      `SELECT status FROM subscription_changes WHERE subscription_key = $1
       ORDER BY effective_at, id`,
      [subscription],
    );
    expect(history.at(-1)).toEqual({ status: 'paused' });
    const again = await staff.act('resting/subscription/pause', {}, finance);
    expect([again.status, again.body.code]).toEqual([409, 'pause_in_force']);
    const resumed = await staff.act('resting/subscription/unpause', { dry_run: true }, finance);
    const creditMinor = done.body.total_minor ?? 0;
    expect(resumed.body).toMatchObject({ currency: 'usd', total_minor: 1_900 + creditMinor });
    expect(resumed.body.lines.map(({ amount_minor: amount }) => amount)).toContain(creditMinor);
    const back = await staff.undo(done.body.undo, finance);
    expect(back.body).toMatchObject({ after: { plan: 'pro', status: 'active' } });
    expect(back.body).toMatchObject({ lines: resumed.body.lines });
    expect(await staff.mayUse('resting', 250)).toBe(true);
    const [last] = (await scene.stripe.invoices.list({ customer, limit: 1 })).data;
    expect([last?.status, last?.amount_paid]).toEqual(['paid', resumed.body.total_minor]);
  });

  test('with an end goes on by itself then, once, and says so until it has', async () => {
    const { customer, subscription } = await staff.subscribed('away', 'pro');
    const endMs = scene.clock.nowMs() + 20 * DAY_MS;
    const end = { resumes_at: new Date(endMs).toISOString() };
    const tried = await staff.act('away/subscription/pause', { ...end, dry_run: true }, finance);
    expect(tried.body).toMatchObject({ before: { resumes_at: null }, after: end });
    const done = await staff.act('away/subscription/pause', end, finance);
    expect(done.body.after).toMatchObject({ ...end, status: 'paused' });
    const runJob = () => staff.query(`SELECT billing_worker.add_job('billing_commands')`);
    const waits = async () => {
      const [row] = await staff.query(
        `SELECT count(*)::int AS waiting FROM billing_worker.jobs
         WHERE task_identifier = 'billing_commands'`,
      );
      return row?.['waiting'] === 0 ? true : undefined;
    };
    await scene.advanceTo(endMs - 1);
    await runJob();
    await eventually(waits);
    expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('paused');

    await scene.advanceTo(endMs);
    await runJob();
    await runJob();
    await eventually(async () => (await staff.profileOf('away')).plan === 'pro');
    expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('active');
    await eventually(waits);
    finance = await staff.as('finance');
    const told = await staff.query(
      `SELECT action, actor_id, reason FROM audit_entries
       WHERE subject_id = $1 AND action LIKE 'billing.unpause%' ORDER BY id`,
      [subscription],
    );
    const said = { reason: 'the end of the pause has come' };
    expect(told).toEqual([
      { ...said, action: 'billing.unpause_requested', actor_id: 'pauses' },
      { ...said, action: 'billing.unpause_done', actor_id: 'stripe' },
    ]);
    expect((await scene.stripe.invoices.list({ customer })).data).toHaveLength(2);

    // One that was ended by hand does not end another that came after it.
    await staff.act('away/subscription/pause', nextEnd(DAY_MS), finance);
    const ended = await staff.act('away/subscription/unpause', {}, finance);
    expect(ended.body.after).toMatchObject({ status: 'active', resumes_at: null });
    expect(ended.body.undo?.body).toMatchObject(nextEnd(DAY_MS));
    await staff.act('away/subscription/pause', {}, finance);
    await scene.advanceTo(scene.clock.nowMs() + 2 * DAY_MS);
    await runJob();
    await eventually(waits);
    expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('paused');
  });

  test('ends in the future and within two years, or is refused', async () => {
    await staff.subscribed('never', 'pro');
    finance = await staff.as('finance');
    for (const days of [-1, 0, 731]) {
      const answer = await staff.act('never/subscription/pause', nextEnd(days * DAY_MS), finance);
      expect([days, answer.status, answer.body.code]).toEqual([days, 422, 'pause_end_impossible']);
    }
  });

  test('is not had of what is about to end, nor its end of what goes on', async () => {
    await staff.subscribed('ending', 'pro');
    await staff.act('ending/subscription/cancel', { when: 'period_end' }, finance);
    const pause = await staff.act('ending/subscription/pause', {}, finance);
    expect([pause.status, pause.body.code]).toEqual([409, 'change_scheduled']);
    const unpause = await staff.act('ending/subscription/unpause', {}, finance);
    expect([unpause.status, unpause.body.code]).toEqual([409, 'not_paused']);
  });
});

function nextEnd(inMs: number) {
  return { resumes_at: new Date(scene.clock.nowMs() + inMs).toISOString() };
}

describe('a trial', () => {
  test('is extended by support, foreseen as it then is, and put back', async () => {
    const support = await staff.as('support');
    const { subscription } = await staff.subscribed('trying', 'pro');
    const endMs = scene.clock.nowMs() + 7 * DAY_MS;
    const trial_end = Math.floor(endMs / 1_000);
    await scene.stripe.subscriptions.update(subscription, { trial_end });
    // What Stripe tells of it makes the profile another one.
    await eventually(async () => {
      const [told] = await staff.query(
        `SELECT 1 FROM user_subscriptions
         WHERE stripe_subscription_id = $1 AND trial_end = to_timestamp($2)`,
        [subscription, trial_end],
      );
      return told;
    });
    const endOf = async () => (await scene.stripe.subscriptions.retrieve(subscription)).trial_end;
    const until = new Date(endMs + 14 * DAY_MS).toISOString();
    const tried = await staff.act('trying/subscription/trial', { until, dry_run: true }, support);
    expect(await endOf()).toBe(trial_end);
    const done = await staff.act('trying/subscription/trial', { until }, support);
    expect(done.body).toMatchObject({ status: 'done', after: { trial_end: until } });
    expect(done.body.after['trial_end']).toBe(tried.body.after['trial_end']);
    expect(await endOf()).toBe(trial_end + (14 * DAY_MS) / 1_000);
    const undone = await staff.undo(done.body.undo, support);
    expect([undone.status, undone.body.notes]).toEqual([
      200,
      [`The first payment is due sooner: at ${new Date(trial_end * 1_000).toISOString()}.`],
    ]);
    expect(await endOf()).toBe(trial_end);

    // An end before the present one would have them charged early: it is said to be one.
    const sooner = { until: new Date(endMs - 3 * DAY_MS).toISOString() };
    for (const wish of [sooner, { ...sooner, dry_run: true }]) {
      const slip = await staff.act('trying/subscription/trial', wish, support);
      expect([slip.status, slip.body.code]).toEqual([409, 'trial_shorter']);
    }
    const later = await staff.act('trying/subscription/trial/shorten', { until }, support);
    expect([later.status, later.body.code]).toEqual([409, 'trial_longer']);
    expect(await endOf()).toBe(trial_end);
    const shortened = await staff.act('trying/subscription/trial/shorten', sooner, support);
    expect(await endOf()).toBe(Math.floor(Date.parse(sooner.until) / 1_000));
    expect((await staff.undo(shortened.body.undo, support)).status).toBe(200);
    expect(await endOf()).toBe(trial_end);
  });

  test('ends in the future, within two years, and only where there is one', async () => {
    const support = await staff.as('support');
    await staff.subscribed('paying', 'pro');
    const soon = new Date(scene.clock.nowMs() + DAY_MS).toISOString();
    const none = await staff.act('paying/subscription/trial', { until: soon }, support);
    expect([none.status, none.body.code]).toEqual([409, 'not_trialing']);
    for (const until of ['2020-01-01T00:00:00Z', '2031-01-01T00:00:00Z']) {
      const answer = await staff.act('paying/subscription/trial', { until }, support);
      expect([answer.status, answer.body.code]).toEqual([422, 'trial_end_impossible']);
    }
    const soonBy = { until: soon };
    const analyst = await staff.as('analyst');
    expect((await staff.act('paying/subscription/trial', soonBy, analyst)).status).toBe(403);
  });
});
