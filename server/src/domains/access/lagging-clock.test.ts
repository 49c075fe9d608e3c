import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { formatInstant, manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { addMonths } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { createProcess, type Process } from '../../../test/simulation/process.ts';
import { loadAnchors } from '../accounts/index.ts';
import { tracked, useProcesses, type Person } from '../usage/processes.fixture.ts';
import {
  boostQuota,
  consentToOverage,
  endGrant,
  endOverride,
  grantPack,
  overridePlan,
  recordSubscription,
  type CommandTarget,
} from './index.ts';
import { planIdOf, subscribedSince } from './subscription.fixture.ts';

const processes = useProcesses();
const MINUTES = 'minutes';
const LAG_MS = 800;

/** A process whose clock stands still while the others go on. */
interface Laggard {
  readonly process: Process;
  readonly clock: ManualClock;
  readonly target: CommandTarget;
}

async function laggardFor(person: Person): Promise<Laggard> {
  const clock = manualClock(processes.clock.nowMs());
  const process = createProcess(processes.database, clock);
  await process.catalog.load();
  return { process, clock, target: processes.command(person) };
}

/** Another process counts something at an instant that the laggard has still before it. */
async function countAhead(person: Person, amount = 0): Promise<number> {
  processes.clock.advanceBy(LAG_MS);
  await processes.one.usage.track(tracked(processes.one, person, { amount }));
  // What happened at this instant is counted to what was in force until then.
  return processes.clock.nowMs() + 1;
}

async function onRecord(person: Person, member: string): Promise<string> {
  const { rows } = await sql<{ said: string }>`
    SELECT after->>${member} AS said FROM audit_entries
    WHERE account_id = ${person.accountId} ORDER BY id DESC LIMIT 1`.execute(
    processes.database.sql,
  );
  return rows[0]!.said;
}

async function planSeenBy(process: Process, person: Person): Promise<string> {
  return (await process.access.profile(person.user)).plan.slug;
}

const change = { plan: 'pro', expiresMs: null };
const boost = { feature: MINUTES, amount: units(20), expiresMs: null };

describe('from a process whose clock lags behind what has been counted', () => {
  test('a plan change ends at exactly the instant on record, in every process', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    const { overrideId } = await overridePlan(one.commands, command(somebody), change);
    const { process, clock, target } = await laggardFor(somebody);
    const countedMs = await countAhead(somebody);
    await endOverride(process.commands, target, overrideId);
    expect(await onRecord(somebody, 'ended_at')).toBe(formatInstant(countedMs));
    clock.advanceTo(countedMs - 1);
    expect(await planSeenBy(process, somebody)).toBe('pro');
    clock.advanceBy(1);
    expect(await planSeenBy(process, somebody)).toBe('free');
    expect(await planSeenBy(one, somebody)).toBe('free');
  });

  test('a plan change begins where counting has come to, after one that ends there', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    const { overrideId } = await overridePlan(one.commands, command(somebody), change);
    const { process, clock, target } = await laggardFor(somebody);
    const countedMs = await countAhead(somebody);
    await endOverride(process.commands, target, overrideId);
    await overridePlan(process.commands, target, { ...change, plan: 'team' });
    expect(await onRecord(somebody, 'starts_at')).toBe(formatInstant(countedMs));
    expect(await planSeenBy(process, somebody)).toBe('pro');
    clock.advanceTo(countedMs);
    expect(await planSeenBy(process, somebody)).toBe('team');
    expect(await planSeenBy(one, somebody)).toBe('team');
  });

  test('a boost and a pack end after what was counted, which they cover', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    const { overrideId } = await boostQuota(one.commands, command(somebody), boost);
    const pack = { feature: MINUTES, amount: units(30), expiresMs: null, source: 's' };
    const granting = grantPack(one.commands, command(somebody), { ...pack, sourceId: '1' });
    const { grantId } = await granting;
    const { process, target } = await laggardFor(somebody);
    const countedMs = await countAhead(somebody, 85);
    await endOverride(process.commands, target, overrideId);
    expect(await onRecord(somebody, 'ended_at')).toBe(formatInstant(countedMs + 1));
    await endGrant(process.commands, target, grantId!);
    expect(await onRecord(somebody, 'ended_at')).toBe(formatInstant(countedMs + 1));
    processes.clock.advanceBy(2);
    const answer = await one.usage.track(tracked(one, somebody, { amount: 0 }));
    // 60 included, 20 of the boost, 5 of the pack.
    expect(answer.balances[0]).toMatchObject({ limit: 85, used: 85 });
  });

  test('a boost and a consent are for the period that others have opened', async () => {
    const { one, person, database, clock } = processes;
    const somebody = await person();
    const turnMs = addMonths(clock.nowMs(), 1);
    clock.advanceTo(turnMs - 1);
    await one.usage.track(tracked(one, somebody));
    const { process, target } = await laggardFor(somebody);
    const countedMs = await countAhead(somebody);
    await boostQuota(process.commands, target, boost);
    expect(await onRecord(somebody, 'starts_at')).toBe(formatInstant(countedMs));
    const answer = await one.usage.track(tracked(one, somebody));
    expect(answer.balances[0]).toMatchObject({ limit: 80, used: 1 });
    const consent = { feature: MINUTES, spendingCapMinor: 500, currency: 'usd' };
    await consentToOverage(process.commands, target, consent);
    const { rows } = await sql<{ given_at: number }>`SELECT given_at FROM overage_consents
      WHERE account_id = ${somebody.accountId}`.execute(database.sql);
    expect(rows).toEqual([{ given_at: countedMs }]);
  });

  test('a subscription changes nothing before what was counted of any feature', async () => {
    const { one, person, clock, command, database } = processes;
    const somebody = await person();
    const startedMs = clock.nowMs();
    const pro = subscribedSince(one, startedMs);
    await recordSubscription(one.commands, command(somebody), pro);
    await one.usage.track(tracked(one, somebody, { event: 'note' }));
    clock.advanceTo(addMonths(startedMs, 1) - 1);
    const { process, target } = await laggardFor(somebody);
    // Minutes have come to their next period; pages, of which nobody spoke, have not.
    const countedMs = await countAhead(somebody);
    const free = { ...pro, planId: planIdOf(one, 'basic') };
    await recordSubscription(process.commands, target, free);
    clock.advanceBy(1);
    await one.usage.track(tracked(one, somebody, { event: 'note' }));
    const { rows } = await sql`SELECT base_limit, period_end, computed_at FROM balances
      WHERE account_id = ${somebody.accountId} AND feature = 'pages'
        AND period_start = ${formatInstant(startedMs)}`.execute(database.sql);
    const endMs = addMonths(startedMs, 1);
    expect(rows).toEqual([{ base_limit: '50.000000', period_end: endMs, computed_at: endMs }]);
    const anchors = await loadAnchors(database, [somebody.accountId]);
    expect(anchors.get(somebody.accountId)).toEqual([startedMs]);
    expect(countedMs).toBeGreaterThan(endMs);
  });
});
