import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { randomText } from '@whisperforge/kernel/ids';
import { loadAnchors } from '../../accounts/index.ts';
import type { SubscriptionState } from '../../subscriptions/index.ts';
import { tracked, useProcesses, type Person } from '../../usage/processes.fixture.ts';
import { recordSubscription } from '../index.ts';
import { planIdOf, subscribedSince } from '../subscription.fixture.ts';

const processes = useProcesses();

function state(said: Partial<SubscriptionState> = {}): SubscriptionState {
  return subscribedSince(processes.one, processes.clock.nowMs(), said);
}

function ofStripe(said: Partial<SubscriptionState> = {}): SubscriptionState {
  return state({ stripeSubscriptionId: `sub_${randomText(12)}`, ...said });
}

async function record(person: Person, told: SubscriptionState): Promise<void> {
  await recordSubscription(processes.one.commands, processes.command(person), told);
}

/** What is on record of an account: each subscription, and what analysts see. */
async function recorded({ user, accountId }: Person): Promise<unknown> {
  const { sql: executor } = processes.database;
  const { rows } = await sql<{ id: string | null; ended: number | null; status: string }>`
    SELECT stripe_subscription_id AS id, ended_at AS ended, status FROM user_subscriptions
    WHERE account_id = ${accountId} ORDER BY user_subscriptions.id`.execute(executor);
  const shown = await sql`SELECT subscription_status AS status, current_plan_id AS plan
    FROM users WHERE external_id = ${user}`.execute(executor);
  const anchors = (await loadAnchors(processes.database, [accountId])).get(accountId);
  return { rows, shown: shown.rows[0], anchors };
}

async function planOf({ user }: Person): Promise<string> {
  const { plan } = await processes.other.access.profile(user);
  return plan.slug;
}

describe('news of a subscription', () => {
  test('that is told again, also after it has ended, changes nothing', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const active = ofStripe();
    await record(somebody, active);
    const once = await recorded(somebody);
    clock.advanceBy(DAY_MS);
    await record(somebody, active);
    expect(await recorded(somebody)).toEqual(once);
    const ended = { ...active, status: 'canceled', endedMs: clock.nowMs() };
    await record(somebody, ended);
    const after = await recorded(somebody);
    expect(after).toMatchObject({
      rows: [{ id: active.stripeSubscriptionId, ended: ended.endedMs }],
      shown: { status: 'canceled', plan: null },
    });
    clock.advanceBy(DAY_MS);
    await record(somebody, ended);
    expect(await recorded(somebody)).toEqual(after);
  });

  test('that has ended leaves alone the one that followed it', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const first = ofStripe();
    await record(somebody, first);
    clock.advanceBy(DAY_MS);
    const ended = { ...first, status: 'canceled', endedMs: clock.nowMs() };
    await record(somebody, ended);
    const second = ofStripe({ planId: planIdOf(processes.one, 'team') });
    await record(somebody, second);
    const before = await recorded(somebody);
    clock.advanceBy(DAY_MS);
    await record(somebody, ended);
    expect(await recorded(somebody)).toEqual(before);
    expect(await planOf(somebody)).toBe('team');
  });

  test('of which nothing was known and that has ended gets a row of its own', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const startedMs = clock.nowMs() - 60 * DAY_MS;
    const old = ofStripe({ startedMs, status: 'canceled', endedMs: startedMs + DAY_MS });
    await record(somebody, old);
    expect(await recorded(somebody)).toMatchObject({
      rows: [{ id: old.stripeSubscriptionId, ended: old.endedMs }],
      shown: { status: 'canceled', plan: null },
    });
    // One that is still to come has its anchor, which the end of another does not call off.
    const coming = ofStripe({ startedMs: clock.nowMs() + DAY_MS });
    await record(somebody, coming);
    const { anchors } = (await recorded(somebody)) as { anchors: number[] };
    await record(somebody, { ...old, stripeSubscriptionId: 'sub_older' });
    expect(await recorded(somebody)).toMatchObject({
      rows: [{ ended: old.endedMs }, { ended: null }, { id: 'sub_older', ended: old.endedMs }],
      shown: { status: 'active', plan: coming.planId },
      anchors,
    });
    expect(anchors.at(-1)).toBe(coming.startedMs);
  });

  test('that lives beside another is refused, with nothing done', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    await record(somebody, ofStripe());
    clock.advanceBy(DAY_MS);
    const before = await recorded(somebody);
    const conflict = { code: 'subscription_live', kind: 'conflict' };
    await expect(record(somebody, ofStripe())).rejects.toMatchObject(conflict);
    await expect(record(somebody, state({ source: 'manual' }))).rejects.toMatchObject(conflict);
    expect(await recorded(somebody)).toEqual(before);
    const { rows } = await sql`SELECT count(*) AS entries FROM audit_entries
      WHERE account_id = ${somebody.accountId}`.execute(processes.database.sql);
    expect(rows).toEqual([{ entries: 1 }]);
  });

  test('of two that are told at the same time is recorded for one', async () => {
    const { one, other, person, command } = processes;
    const somebody = await person();
    const told = [one, other].map((process) =>
      recordSubscription(process.commands, command(somebody), ofStripe()),
    );
    const results = await Promise.allSettled(told);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toMatchObject([{ reason: { code: 'subscription_live' } }]);
    expect(await recorded(somebody)).toMatchObject({ rows: [{ ended: null }] });
  });

  test('that belongs to another account is refused', async () => {
    const { person } = processes;
    const [somebody, another] = [await person(), await person()];
    const active = ofStripe();
    await record(somebody, active);
    const conflict = { code: 'subscription_of_another_account', kind: 'conflict' };
    await expect(record(another, active)).rejects.toMatchObject(conflict);
    const ended = { ...active, endedMs: processes.clock.nowMs() };
    await expect(record(another, ended)).rejects.toMatchObject(conflict);
    expect(await recorded(another)).toMatchObject({ rows: [], shown: { status: 'none' } });
    expect(await planOf(somebody)).toBe('pro');
  });

  test('that is out of date does not revive what has ended', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const active = ofStripe();
    await record(somebody, active);
    await record(somebody, { ...active, status: 'canceled', endedMs: clock.nowMs() });
    const conflict = { code: 'subscription_ended', kind: 'conflict' };
    await expect(record(somebody, active)).rejects.toMatchObject(conflict);
    expect(await planOf(somebody)).toBe('free');
  });
});

test('a cancellation that took effect untold makes room for the next subscription', async () => {
  const { one, person, clock } = processes;
  const somebody = await person();
  const first = ofStripe({ cancelAtMs: clock.nowMs() + DAY_MS });
  await record(somebody, first);
  await one.usage.track(tracked(one, somebody));
  clock.advanceBy(3 * DAY_MS);
  const second = ofStripe({ planId: planIdOf(one, 'team') });
  await record(somebody, second);
  expect(await recorded(somebody)).toMatchObject({
    rows: [
      { id: first.stripeSubscriptionId, ended: first.cancelAtMs },
      { id: second.stripeSubscriptionId, ended: null },
    ],
    shown: { status: 'active', plan: second.planId },
  });
  // Now it is told.
  await record(somebody, { ...first, status: 'canceled', endedMs: first.cancelAtMs });
  expect(await planOf(somebody)).toBe('team');
  const { anchors } = (await recorded(somebody)) as { anchors: number[] };
  expect(anchors.at(-1)).toBe(second.startedMs);
});

describe('a contract, which has no id at Stripe,', () => {
  test('changes, ends and is told again in one row', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const contract = state({ source: 'manual' });
    await record(somebody, contract);
    await record(somebody, { ...contract, planId: planIdOf(processes.one, 'team') });
    expect(await planOf(somebody)).toBe('team');
    const ended = { ...contract, status: 'canceled', endedMs: clock.nowMs() + 1 };
    await record(somebody, ended);
    await record(somebody, ended);
    expect(await recorded(somebody)).toMatchObject({ rows: [{ id: null, ended: ended.endedMs }] });
  });

  test('that has ended leaves alone the one that followed it', async () => {
    const { person, clock } = processes;
    const somebody = await person();
    const contract = state({ source: 'manual' });
    const ended = { ...contract, status: 'canceled', endedMs: clock.nowMs() + DAY_MS };
    await record(somebody, contract);
    clock.advanceBy(DAY_MS);
    await record(somebody, ended);
    await record(somebody, state({ source: 'gift' }));
    const before = await recorded(somebody);
    await record(somebody, ended);
    const older = { ...ended, startedMs: addMonths(contract.startedMs, -3) };
    await record(somebody, older);
    expect(await recorded(somebody)).toMatchObject({
      ...(before as object),
      rows: [{ ended: ended.endedMs }, { ended: null }, { ended: older.endedMs }],
    });
  });
});

describe('the first use of an account, decided while its first subscription is recorded,', () => {
  /** How many events are not counted in the quota period in which they happened. */
  async function astray({ accountId }: Person): Promise<number> {
    const { rows } = await sql<{ astray: number }>`
      SELECT count(*) FILTER (WHERE u.used IS DISTINCT FROM e.counted) AS astray
      FROM (
        SELECT b.period_start, b.period_end, sum(b.used) AS used FROM balances b
        WHERE account_id = ${accountId} AND feature = 'minutes' GROUP BY 1, 2
      ) u LEFT JOIN LATERAL (
        SELECT coalesce(sum(resource_consumed), 0) AS counted FROM usage_events
        WHERE account_id = ${accountId}
          AND occurred_at >= u.period_start AND occurred_at < u.period_end
      ) e ON true`.execute(processes.database.sql);
    return rows[0]!.astray;
  }

  test.each([
    ['that began just now', 0],
    ['that began two seconds ago', 2_000],
    ['that began weeks ago', 20 * DAY_MS],
    ['that is still to come', -DAY_MS],
  ])('counts to the period in which it happens, with one %s', async (_when, agoMs) => {
    const { one, other, unlucky, person, command, clock } = processes;
    const somebody = await person();
    clock.advanceBy(25 * DAY_MS);
    const startedMs = clock.nowMs() - agoMs;
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        if (attempt > 1) return;
        const told = ofStripe({ startedMs });
        await recordSubscription(other.commands, command(somebody), told);
      },
    });
    const answer = await overtaken.usage.track(tracked(one, somebody, { amount: 7 }));
    const isServed = agoMs >= 0;
    expect(answer.balances[0]).toMatchObject({ used: 7, limit: isServed ? 300 : 60 });
    await one.usage.track(tracked(one, somebody, { amount: 3 }));
    expect(await astray(somebody)).toBe(0);
  });

  test('leaves in its period what happened while the command was on its way', async () => {
    const { one, person, command, clock } = processes;
    const somebody = await person();
    clock.advanceBy(DAY_MS);
    await one.usage.track(tracked(one, somebody, { amount: 1 }));
    clock.advanceBy(1_000);
    const target = command(somebody);
    const told = ofStripe();
    clock.advanceBy(40);
    await one.usage.track(tracked(one, somebody, { amount: 7 }));
    await recordSubscription(one.commands, target, told);
    expect(await astray(somebody)).toBe(0);
  });
});

describe('news that comes to a process whose clock is behind', () => {
  test('leaves an account the anchor that it was made with', async () => {
    const { person, command, clock, one } = processes;
    const somebody = await person();
    const before = await recorded(somebody);
    const { accountId, context } = command(somebody);
    const target = { accountId, context: { ...context, nowMs: clock.nowMs() - 5 } };
    const incomplete = ofStripe({ status: 'incomplete', startedMs: clock.nowMs() - 5 });
    await recordSubscription(one.commands, target, incomplete);
    const { anchors } = before as { anchors: unknown };
    expect(await recorded(somebody)).toMatchObject({ anchors });
  });
});

test('a contract ends by the news that corrects its start, too', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  clock.advanceBy(DAY_MS);
  const contract = state({ source: 'manual' });
  await record(somebody, contract);
  clock.advanceBy(DAY_MS);
  const endedMs = clock.nowMs();
  await record(somebody, { ...contract, startedMs: contract.startedMs - 1_000, endedMs });
  expect(await recorded(somebody)).toMatchObject({ rows: [{ id: null, ended: endedMs }] });
  expect(await planOf(somebody)).toBe('free');
});
