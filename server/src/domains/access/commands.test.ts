import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { connectionLost } from '../../../test/simulation/process.ts';
import type { Process } from '../../../test/simulation/process.ts';
import { loadAnchors } from '../accounts/index.ts';
import type { SubscriptionState } from '../subscriptions/index.ts';
import { tracked, useProcesses, type Person } from '../usage/processes.fixture.ts';
import {
  boostQuota,
  consentToOverage,
  endGrant,
  endOverride,
  grantPack,
  overridePlan,
  recordSubscription,
} from './index.ts';
import { planIdOf, subscribedSince } from './subscription.fixture.ts';

const processes = useProcesses();
const MINUTES = 'minutes';

function pack(sourceId: string, amount = 10): Parameters<typeof grantPack>[2] {
  return { feature: MINUTES, amount: units(amount), expiresMs: null, source: 'stripe', sourceId };
}

/** What a check in another process answers about a person's minutes. */
async function check(person: Person, amount = 1, process?: Process): Promise<string> {
  const asked = process ?? processes.other;
  const feature = asked.catalog.current().features.get(MINUTES)!;
  const { allowed, reason, state } = await asked.access.check(person.user, {
    feature,
    amount: units(amount),
  });
  return `${allowed ? 'yes' : 'no'}: ${reason}, ${state?.plan.slug}`;
}

async function recordOf({ accountId }: Person): Promise<{ audit: string[]; events: number }> {
  const { sql: executor } = processes.database;
  const audit = await sql<{ action: string }>`
    SELECT action FROM audit_entries WHERE account_id = ${accountId} ORDER BY id`.execute(executor);
  const events = await sql<{ count: number }>`
    SELECT count(*) AS count FROM outbox_events
    WHERE account_id = ${accountId} AND topic = 'access.changed'`.execute(executor);
  return { audit: audit.rows.map((row) => row.action), events: events.rows[0]!.count };
}

function planId(slug: string): number {
  return planIdOf(processes.one, slug);
}

function subscription(said: Partial<SubscriptionState> = {}): SubscriptionState {
  return subscribedSince(processes.one, processes.clock.nowMs(), said);
}

async function record(person: Person, state: SubscriptionState): Promise<void> {
  await recordSubscription(processes.one.commands, processes.command(person), state);
}

async function anchorsOf({ accountId }: Person): Promise<readonly number[]> {
  const anchors = await loadAnchors(processes.database, [accountId]);
  return anchors.get(accountId) ?? [];
}

describe('a command', () => {
  test('is followed by the next answer of every process', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    expect(await check(somebody, 100)).toBe('no: quota_exceeded, free');
    const change = { plan: 'pro', expiresMs: null };
    const { overrideId } = await overridePlan(one.commands, command(somebody), change);
    expect(await check(somebody, 100)).toBe('yes: ok, pro');
    await endOverride(one.commands, command(somebody), overrideId);
    expect(await check(somebody, 100)).toBe('no: quota_exceeded, free');
  });

  test('is on record with its reason, and told, unless it changes nothing', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    await boostQuota(one.commands, command(somebody), {
      feature: MINUTES,
      amount: units(5),
      expiresMs: null,
    });
    await grantPack(one.commands, command(somebody), pack('invoice 1'));
    await grantPack(one.commands, command(somebody), pack('invoice 1'));
    const consent = { feature: MINUTES, spendingCapMinor: 500, currency: 'usd' };
    await consentToOverage(one.commands, command(somebody), consent);
    const told = subscription();
    await record(somebody, told);
    await record(somebody, told);
    expect(await recordOf(somebody)).toEqual({
      audit: [
        'access.quota_boosted',
        'access.pack_granted',
        'access.overage_consented',
        'access.subscription_recorded',
      ],
      events: 4,
    });
  });

  test('that cannot be committed leaves nothing behind', async () => {
    const { one, person, command, unlucky } = processes;
    const somebody = await person();
    const cut = unlucky({
      beforeCommit() {
        throw connectionLost();
      },
    });
    const granting = grantPack(cut.commands, command(somebody), pack('invoice 2'));
    await expect(granting).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await recordOf(somebody)).toEqual({ audit: [], events: 0 });
    const granted = await grantPack(one.commands, command(somebody), pack('invoice 2'));
    expect(granted.grantId).not.toBeNull();
  });

  test('grants once for one source, however often it is told at the same time', async () => {
    const { one, other, person, command } = processes;
    const somebody = await person();
    const told = [one, other, one, other].map((process) =>
      grantPack(process.commands, command(somebody), pack('invoice 3', 7)),
    );
    const granted = (await Promise.all(told)).filter(({ grantId }) => grantId !== null);
    expect(granted).toHaveLength(1);
    expect(await check(somebody, 67)).toBe('yes: ok, free');
    expect(await check(somebody, 68)).toBe('no: quota_exceeded, free');
  });
});

describe('a command is refused', () => {
  const change = { plan: 'pro', expiresMs: null };
  const boost = { feature: MINUTES, amount: units(1), expiresMs: null };

  test('without a reason, or for an account that there is not', async () => {
    const { one, person, command } = processes;
    const target = command(await person());
    const silent = { ...target, context: { ...target.context, reason: ' ' } };
    await expect(overridePlan(one.commands, silent, change)).rejects.toMatchObject({
      code: 'reason_missing',
    });
    const nobody = { ...target, accountId: 999_999_999 };
    await expect(overridePlan(one.commands, nobody, change)).rejects.toMatchObject({
      code: 'account_unknown',
      kind: 'not_found',
    });
  });

  test('with an expiry that has passed, or an amount of nothing', async () => {
    const { one, person, command, clock } = processes;
    const target = command(await person());
    const expiresMs = clock.nowMs();
    const passed = { code: 'expiry_passed', kind: 'invalid' };
    await expect(
      overridePlan(one.commands, target, { ...change, expiresMs }),
    ).rejects.toMatchObject(passed);
    await expect(boostQuota(one.commands, target, { ...boost, expiresMs })).rejects.toMatchObject(
      passed,
    );
    await expect(
      grantPack(one.commands, target, { ...pack('x'), expiresMs }),
    ).rejects.toMatchObject(passed);
    await expect(boostQuota(one.commands, target, { ...boost, amount: 0n })).rejects.toMatchObject({
      code: 'amount_not_positive',
    });
  });

  test('with more than balances are made for', async () => {
    const { one, person, command } = processes;
    const target = command(await person());
    const tooMuch = { code: 'amount_too_large', kind: 'invalid' };
    const amount = units(1_000_000_000);
    await expect(boostQuota(one.commands, target, { ...boost, amount })).rejects.toMatchObject(
      tooMuch,
    );
    await expect(grantPack(one.commands, target, { ...pack('x'), amount })).rejects.toMatchObject(
      tooMuch,
    );
    for (const spendingCapMinor of [-1, 0.5, Number.NaN, 2 ** 53]) {
      const consent = { feature: MINUTES, spendingCapMinor, currency: 'usd' };
      await expect(consentToOverage(one.commands, target, consent)).rejects.toMatchObject({
        code: 'spending_cap_invalid',
        kind: 'invalid',
      });
    }
  });

  test('for a plan or feature that is not known, with the known ones named', async () => {
    const { one, person, command } = processes;
    const target = command(await person());
    await expect(
      overridePlan(one.commands, target, { ...change, plan: 'platinum' }),
    ).rejects.toMatchObject({
      code: 'plan_unknown',
      details: { members: { known: ['free', 'basic', 'pro', 'team'] } },
    });
    await expect(
      boostQuota(one.commands, target, { ...boost, feature: 'hours' }),
    ).rejects.toMatchObject({ code: 'feature_unknown' });
    await expect(
      boostQuota(one.commands, target, { ...boost, feature: 'models' }),
    ).rejects.toMatchObject({ code: 'feature_not_counted' });
    await expect(
      grantPack(one.commands, target, { ...pack('x'), feature: 'files' }),
    ).rejects.toMatchObject({ code: 'feature_not_counted' });
  });

  test('while another change of plan is in force, and not after its end', async () => {
    const { one, person, command, clock } = processes;
    const somebody = await person();
    const brief = { ...change, expiresMs: clock.nowMs() + 1_000 };
    await overridePlan(one.commands, command(somebody), brief);
    await expect(overridePlan(one.commands, command(somebody), change)).rejects.toMatchObject({
      code: 'plan_change_in_force',
      kind: 'conflict',
    });
    clock.advanceBy(1_000);
    expect(await check(somebody)).toBe('yes: ok, free');
    await overridePlan(one.commands, command(somebody), { ...change, plan: 'team' });
    expect(await check(somebody)).toBe('yes: ok, team');
  });

  test('to end what has ended, or belongs to somebody else', async () => {
    const { one, person, command } = processes;
    const [somebody, another] = [await person(), await person()];
    const { overrideId } = await boostQuota(one.commands, command(somebody), boost);
    const { grantId } = await grantPack(one.commands, command(somebody), pack('invoice 4'));
    const over = { code: 'override_not_in_force' };
    const gone = { code: 'grant_not_in_force' };
    await expect(endOverride(one.commands, command(another), overrideId)).rejects.toMatchObject(
      over,
    );
    await expect(endGrant(one.commands, command(another), grantId!)).rejects.toMatchObject(gone);
    await endOverride(one.commands, command(somebody), overrideId);
    await endGrant(one.commands, command(somebody), grantId!);
    await expect(endOverride(one.commands, command(somebody), overrideId)).rejects.toMatchObject(
      over,
    );
    await expect(endGrant(one.commands, command(somebody), grantId!)).rejects.toMatchObject(gone);
  });
});

describe('what a boost or pack has covered', () => {
  test('stays covered in its period when it is taken back', async () => {
    const { one, person, command, clock } = processes;
    const somebody = await person();
    const boost = { feature: MINUTES, amount: units(20), expiresMs: clock.nowMs() + DAY_MS };
    const { overrideId } = await boostQuota(one.commands, command(somebody), boost);
    const { grantId } = await grantPack(one.commands, command(somebody), pack('invoice 5', 30));
    await one.usage.track(tracked(one, somebody, { amount: 85 }));
    clock.advanceBy(1_000);
    await endOverride(one.commands, command(somebody), overrideId);
    await endGrant(one.commands, command(somebody), grantId!);
    clock.advanceBy(1);
    const answer = await one.usage.track(tracked(one, somebody, { amount: 0 }));
    // 60 included, 20 of the boost, 5 of the pack; its other 25 are gone.
    expect(answer.balances[0]).toMatchObject({ limit: 85, used: 85, remaining: 0 });
    expect(answer.over_limit).toBe(false);
  });
});

describe('quota periods', () => {
  test('are counted from where service starts from none, and from nothing else', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const madeMs = clock.nowMs();
    await one.usage.track(tracked(one, somebody, { amount: 5 }));
    clock.advanceBy(5 * DAY_MS);
    const startedMs = clock.nowMs();
    const first = subscription();
    await record(somebody, first);
    expect(await anchorsOf(somebody)).toEqual([madeMs, startedMs]);
    const answer = await one.usage.track(tracked(one, somebody, { amount: 0 }));
    expect(answer.balances[0]).toMatchObject({ used: 0, limit: 300 });
    clock.advanceBy(DAY_MS);
    const since = { pastDueSinceMs: clock.nowMs() };
    await record(somebody, { ...first, planId: planId('team') });
    await record(somebody, { ...first, status: 'past_due', ...since });
    await record(somebody, { ...first, status: 'active' });
    await record(somebody, { ...first, endedMs: clock.nowMs() });
    expect(await anchorsOf(somebody)).toEqual([madeMs, startedMs]);
    await record(somebody, subscription());
    expect(await anchorsOf(somebody)).toEqual([madeMs, startedMs, clock.nowMs()]);
  });

  test('go on from now where a start becomes known late', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const madeMs = clock.nowMs();
    await one.usage.track(tracked(one, somebody, { amount: 5 }));
    clock.advanceBy(2 * DAY_MS);
    await record(somebody, subscription({ startedMs: clock.nowMs() - DAY_MS }));
    expect(await anchorsOf(somebody)).toEqual([madeMs, clock.nowMs()]);
  });

  test('are counted from a start long ago where nothing has been counted yet', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const startedMs = clock.nowMs() - 200 * DAY_MS;
    await record(somebody, subscription({ startedMs }));
    expect(await anchorsOf(somebody)).toEqual([startedMs]);
    const { balances } = await one.usage.track(tracked(one, somebody));
    const start = new Date(addMonths(startedMs, 6)).toISOString();
    expect(balances[0]).toMatchObject({ period_start: start, limit: 300 });
  });

  test('wait for a start that is to come, and forget one that is called off', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const madeMs = clock.nowMs();
    const startedMs = madeMs + 3 * DAY_MS;
    const coming = subscription({ startedMs });
    await record(somebody, coming);
    expect(await check(somebody, 100)).toBe('no: quota_exceeded, free');
    const before = await one.usage.track(tracked(one, somebody, { amount: 50 }));
    expect(before.balances[0]).toMatchObject({
      period_end: new Date(startedMs).toISOString(),
      limit: 60,
    });
    await record(somebody, { ...coming, endedMs: clock.nowMs() });
    expect(await anchorsOf(somebody)).toEqual([madeMs]);
    await record(somebody, coming);
    clock.advanceTo(startedMs);
    const after = await one.usage.track(tracked(one, somebody));
    expect(after.balances[0]).toMatchObject({
      period_start: new Date(startedMs).toISOString(),
      limit: 300,
      used: 1,
    });
    // Told again while it runs, it is no other start.
    clock.advanceBy(DAY_MS);
    await record(somebody, coming);
    expect(await anchorsOf(somebody)).toEqual([madeMs, startedMs]);
  });
});

test('a boost for one period is no source of the next, which service opens early', async () => {
  const { one, person, command } = processes;
  const somebody = await person();
  const boost = { feature: MINUTES, amount: units(20), expiresMs: null };
  await boostQuota(one.commands, command(somebody), boost);
  const sourcesOf = async (): Promise<string[]> => {
    const { features } = await one.access.profile(somebody.user);
    const minutes = features.find(({ feature }) => feature.key === MINUTES)!;
    return minutes.sources.map(({ source, amount }) => `${source} ${amount! / 1_000_000n}`);
  };
  expect(await sourcesOf()).toEqual(['plan 60', 'boost 20']);
  processes.clock.advanceBy(DAY_MS);
  await record(somebody, subscription());
  expect(await sourcesOf()).toEqual(['plan 300']);
});

test('the columns that analysts know follow the subscription', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  const shown = async (): Promise<unknown> => {
    const { rows } = await sql`SELECT subscription_status AS status, current_plan_id AS plan
      FROM users WHERE external_id = ${somebody.user}`.execute(processes.database.sql);
    return rows[0];
  };
  expect(await shown()).toEqual({ status: 'none', plan: null });
  const active = subscription();
  await record(somebody, active);
  expect(await shown()).toEqual({ status: 'active', plan: active.planId });
  await record(somebody, { ...active, status: 'unpaid' });
  expect(await shown()).toEqual({ status: 'unpaid', plan: null });
  await record(somebody, { ...active, endedMs: clock.nowMs() });
  expect(await shown()).toEqual({ status: 'canceled', plan: null });
});

test('a check of nobody says so, and a reservation for nobody is refused', async () => {
  const { one } = processes;
  const nobody = { user: 'nobody', accountId: 0 };
  expect(await check(nobody, 1, one)).toBe('no: user_unknown, undefined');
  const feature = one.catalog.current().features.get(MINUTES)!;
  const request = { user: 'nobody', feature, amount: units(1), ttlMs: 1_000 };
  await expect(one.access.reserve({ ...request, idempotencyKey: undefined })).rejects.toMatchObject(
    { code: 'user_unknown', kind: 'not_found' },
  );
});

test('a reservation that is not granted says why and what would grant it', async () => {
  const { one, person } = processes;
  const { user } = await person();
  const feature = one.catalog.current().features.get(MINUTES)!;
  const request = { user, feature, ttlMs: 1_000, idempotencyKey: undefined };
  const { answer, refusal } = await one.access.reserve({ ...request, amount: units(61) });
  expect(answer).toMatchObject({ granted: false, duplicate: false });
  expect(refusal).toMatchObject({ reason: 'quota_exceeded', upgrade: { slug: 'pro' } });
  const granted = await one.access.reserve({ ...request, amount: units(60) });
  expect(granted).toMatchObject({ answer: { granted: true }, refusal: null });
});

describe('what a user may do', () => {
  /** When each row that was computed for an account was last written. */
  async function writingsOf({ accountId }: Person): Promise<unknown[]> {
    const { rows } = await sql`
      SELECT '' AS feature, xmin::text AS written FROM account_access
      WHERE account_id = ${accountId}
      UNION ALL SELECT feature, xmin::text FROM balances WHERE account_id = ${accountId}
      ORDER BY feature`.execute(processes.database.sql);
    return rows;
  }

  test('is shown without writing anything, unless a fact has changed', async () => {
    const { one, other, person, command } = processes;
    const somebody = await person();
    await one.access.profile(somebody.user);
    const before = await writingsOf(somebody);
    expect(before.length).toBeGreaterThan(1);
    await other.access.profile(somebody.user);
    expect(await writingsOf(somebody)).toEqual(before);
    await overridePlan(one.commands, command(somebody), { plan: 'pro', expiresMs: null });
    expect(await one.access.profile(somebody.user)).toMatchObject({ planSource: 'override' });
    expect(await writingsOf(somebody)).not.toEqual(before);
  });

  test('says where the plan comes from, also when it is the one that all have', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    const from = async (): Promise<string> => {
      const { plan, planSource, restriction } = await one.access.profile(somebody.user);
      return `${plan.slug} by ${planSource}, ${restriction}`;
    };
    expect(await from()).toBe('free by default, null');
    // Who bought the plan that others have for nothing still has bought it.
    const bought = subscription({ planId: planId('free') });
    await record(somebody, bought);
    expect(await from()).toBe('free by subscription, null');
    await record(somebody, { ...bought, status: 'unpaid' });
    expect(await from()).toBe('free by default, inactive');
    const change = { plan: 'free', expiresMs: null };
    await overridePlan(one.commands, command(somebody), change);
    expect(await from()).toBe('free by override, null');
  });
});

test('the most that is accepted can be counted with', async () => {
  const { one, person, command } = processes;
  const somebody = await person();
  const most = { feature: 'pages', amount: units(1_000_000_000) - 1n, expiresMs: null };
  await boostQuota(one.commands, command(somebody), most);
  await grantPack(one.commands, command(somebody), { ...most, source: 's', sourceId: 'most' });
  await record(somebody, subscription());
  const spendingCapMinor = Number.MAX_SAFE_INTEGER;
  const consent = { feature: 'pages', spendingCapMinor, currency: 'usd' };
  await consentToOverage(one.commands, command(somebody), consent);
  const answer = await one.usage.track(tracked(one, somebody, { event: 'note' }));
  expect(answer).toMatchObject({ recorded: true, over_limit: false });
});
