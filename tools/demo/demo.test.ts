import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { createTestDatabase, type TestDatabase } from '../../server/test/support/database.ts';
import { openDatabase } from '../../server/src/adapters/postgres/index.ts';
import { createRevenueLedger } from '../../server/src/domains/analytics/index.ts';
import { createPricing, readCatalogFile } from '../../server/src/domains/pricing/index.ts';
import { makeTestFolder } from '../postgres/test/folders.ts';
import { query } from '../postgres/test/holder.ts';
import { bareEnvironment } from '../vitest/bare-environment.ts';
import { createCompany, type Company } from './company/company.ts';
import type { Bought, Currency } from './company/lives.ts';
import { fillCompany, noteComplete } from './fill.ts';
import { foundCompany, type Foundation } from './found.ts';
import { openDoors } from './doors.ts';
import { readJournal, writeJournal } from './journal.ts';
import { createLife } from './living/live.ts';

const FIXTURE = fileURLToPath(new URL('fill.fixture.ts', import.meta.url));
const folder = makeTestFolder();
const clock = manualClock(Date.UTC(2026, 10, 23, 15));
const size = { people: 30, months: 6 };
const databases: TestDatabase[] = [];

async function newSystem(name: string): Promise<Foundation> {
  const database = await createTestDatabase();
  databases.push(database);
  const dataDir = join(folder.path, name);
  mkdirSync(dataDir, { recursive: true });
  const config = { databaseSchema: 'billing', graceDays: 7, dataDir };
  return { config, url: database.url, database: name, clock, size };
}

async function fill(foundation: Foundation): Promise<void> {
  const founded = await foundCompany(foundation);
  if (founded === undefined) return;
  const { dataDir } = foundation.config;
  const { signal } = new AbortController();
  await fillCompany({ ...foundation, ...founded, dataDir, onProgress: () => undefined, signal });
  noteComplete(dataDir, founded);
}

const FOUNDED_MS = Date.UTC(2026, 10, 23);
const LATER_MS = FOUNDED_MS + 12 * 86_400_000;

/** Lets a company live on until each of some instants, and begins anew after each. */
async function goOn(foundation: Foundation, instants: readonly number[]): Promise<void> {
  const { dataDir } = foundation.config;
  for (const atMs of instants) {
    const journal = readJournal(dataDir)!;
    const beginMs = journal.livedUntilMs ?? FOUNDED_MS;
    const doors = await openDoors({ ...foundation, beginMs });
    for await (const livedUntilMs of createLife(doors, journal).until(atMs)) {
      writeJournal(dataDir, { ...journal, livedUntilMs });
    }
    await doors.close();
  }
}

/** All that a company is on record with, by names that do not depend on when it was written. */
async function recordOf({ url }: Foundation): Promise<unknown> {
  const of = async (text: string): Promise<unknown[]> =>
    query(url, `SELECT to_jsonb(found) FROM (${text}) AS found`);
  return {
    users: await of(`SELECT external_id, email, name, signed_up_at, created_at, country, source,
      current_plan_id, subscription_status FROM billing.users ORDER BY external_id`),
    changes: await of(`SELECT owner.external_id, effective_at, cause, status, items
      FROM billing.subscription_changes change JOIN billing.users owner USING (account_id)
      ORDER BY 1, 2, 3`),
    uses: await of(`SELECT owner.external_id, occurred_at, event_type, resource_consumed, model
      FROM billing.usage_events event JOIN billing.users owner ON owner.id = event.user_id
      ORDER BY 1, 2, 3`),
    balances: await of(`SELECT owner.external_id, feature, period_start, used
      FROM billing.balances JOIN billing.users owner USING (account_id)
      WHERE used > 0 ORDER BY 1, 2, 3`),
    tickets: await of(`SELECT ticket_key, opened_at FROM billing.support_tickets ORDER BY 1`),
    rates: await of(`SELECT day, rate FROM billing.exchange_rates ORDER BY 1`),
    periods: await of(`SELECT owner.external_id, current_period_start, current_period_end
      FROM billing.user_subscriptions JOIN billing.users owner USING (account_id)
      WHERE ended_at IS NULL ORDER BY 1`),
    spend: await of(`SELECT channel, starts_on, amount_minor FROM billing.marketing_spend
      ORDER BY 1, 2`),
  };
}

afterAll(async () => {
  for (const database of databases) await database.drop();
  await folder.delete();
});

describe('a company of 30 users and 6 months', () => {
  let whole: Foundation;
  let killed: Foundation;
  let record: unknown;

  beforeAll(async () => {
    whole = await newSystem('whole');
    await fill(whole);
    record = await recordOf(whole);
  });

  test('killed half-way and begun again it is the same as in one go', async () => {
    killed = await newSystem('killed');
    const given = { ...killed, nowMs: clock.nowMs() };
    const child = spawn(
      process.execPath,
      ['--conditions=@whisperforge/source', FIXTURE, JSON.stringify(given)],
      { env: bareEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'close');
    for await (const chunk of child.stdout) {
      if (
        String(chunk)
          .split('\n')
          .some((line) => Number(line) > 0.3)
      )
        child.kill('SIGKILL');
    }
    await ended;
    const journal = readJournal(killed.config.dataDir);
    expect(journal).toMatchObject({ isComplete: false, terms: { today: '2026-11-23' } });
    expect(journal?.chaptersDone).toBeGreaterThan(0);
    await fill(killed);
    expect(readJournal(killed.config.dataDir)?.isComplete).toBe(true);
    expect(await recordOf(killed)).toEqual(record);
  });

  test('the ledger says at the end of each week what its customers had agreed to pay', async () => {
    const company = createCompany({ ...size, seed: 'whisperforge', today: '2026-11-23' });
    const { url } = whole;
    const database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
    const ledger = createRevenueLedger({ database, clock });
    await ledger.ensure({ profile: 'stripe', timeZone: 'UTC' });
    const { signal } = new AbortController();
    while ((await ledger.work(signal)) > 0);
    await database.close();
    const days = company.weeks.map(({ endMs }) => endMs);
    for (const currency of ['usd', 'eur'] as const) {
      const of = { url, currency };
      const booked = await Promise.all(days.map((atMs) => bookedBefore(atMs, of)));
      expect(booked).toEqual(days.map((atMs) => agreedAt(company, atMs, currency)));
      expect(booked.at(-1)).toBeGreaterThan(0);
    }
    const [residual] = await query(
      url,
      `SELECT count(*)::int FROM (
        SELECT customer_id FROM billing.revenue_movements GROUP BY customer_id
        HAVING sum(parts) < 0 OR sum(customers) NOT IN (0, 1)) wrong`,
    );
    expect(residual).toBe(0);
  });

  test('its figures follow from deeds on record, each with a reason', async () => {
    const changes = `SELECT count(*)::int FROM (SELECT DISTINCT account_id, recorded_at
      FROM billing.subscription_changes) told`;
    const deeds = `SELECT count(*)::int FROM billing.audit_entries
      WHERE action = 'access.subscription_recorded' AND actor_id = 'demo'
        AND reason <> '' AND reason <> 'renewed'`;
    expect(await query(whole.url, deeds)).toEqual(await query(whole.url, changes));
  });

  test('those who pay are in a billing period that has not ended', async () => {
    const over = `SELECT count(*)::int FROM billing.user_subscriptions
      WHERE ended_at IS NULL AND current_period_end <= '2026-11-23'`;
    expect(await query(whole.url, over)).toEqual([0]);
  });

  test('once it is complete it only goes on, the same however often somebody looks', async () => {
    const founded = await foundCompany(whole);
    expect(founded?.journal).toMatchObject({ isComplete: true });
    const before = await recordOf(whole);
    await goOn(whole, [LATER_MS]);
    const gone = await recordOf(whole);
    expect(gone).not.toEqual(before);
    const hours = Array.from({ length: 40 }, (_, index) => FOUNDED_MS + index * 7 * 3_600_000);
    await goOn(killed, [...hours, LATER_MS]);
    expect(await recordOf(killed)).toEqual(gone);
  });
});

/** In cents; what is moved before an instant adds up to it. */
async function bookedBefore(
  atMs: number,
  { url, currency }: { readonly url: string; readonly currency: string },
): Promise<number> {
  const [cents] = await query(
    url,
    `SELECT round(coalesce(sum(parts), 0) / 1200000000)::int FROM billing.revenue_movements
      WHERE currency = '${currency}' AND effective_at < to_timestamp(${atMs / 1_000})`,
  );
  return cents as number;
}

/** In cents, from what people decided and the prices of the tiers alone. */
function agreedAt({ lives }: Company, atMs: number, currency: Currency): number {
  const paid = lives.flatMap(({ steps }) => {
    const last = steps.findLast((step) => step.atMs < atMs);
    return last?.kind === 'paid' && last.of.currency === currency ? [aMonth(last.of)] : [];
  });
  return Math.round(paid.reduce((sum, cents) => sum + cents, 0));
}

const CENTS: ReadonlyMap<string, Readonly<Record<Currency, number>>> = new Map([
  ['pro 1', { usd: 1_500, eur: 1_400 }],
  ['pro 2', { usd: 1_900, eur: 1_750 }],
  ['business 1', { usd: 4_900, eur: 4_500 }],
]);
const A_SEAT: Readonly<Record<Currency, number>> = { usd: 2_500, eur: 2_300 };

function aMonth({ plan, version, cycle, seats, currency }: Bought): number {
  if (plan === 'enterprise') return seats * A_SEAT[currency];
  const cents = CENTS.get(`${plan} ${version}`)![currency];
  return cycle === 'yearly' ? cents * 0.8 : cents;
}

test('a system that was used without one is left alone', async () => {
  const used = await newSystem('used');
  const database = openDatabase({ url: used.url, schema: 'billing', applicationName: 'test' });
  const text = readFileSync(new URL('../../server/data/catalog.json', import.meta.url), 'utf8');
  const actor = { kind: 'system', id: 'start' } as const;
  const context = { actor, reason: 'the first catalogue', nowMs: clock.nowMs() };
  await createPricing({ database }).seedCatalogIfEmpty(readCatalogFile(text), context);
  await database.close();
  expect(await foundCompany(used)).toBeUndefined();
  expect(readJournal(used.config.dataDir)).toBeUndefined();
});

test('a journal is believed only of the database that it was written for', async () => {
  const moved = await newSystem('moved');
  expect(await foundCompany(moved)).toBeDefined();
  expect(await foundCompany({ ...moved, database: 'another' })).toBeUndefined();
});

test('it is made by no statement of its own', () => {
  const root = fileURLToPath(new URL('.', import.meta.url));
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  );
  expect(sources.length).toBeGreaterThan(10);
  for (const name of sources) {
    const text = readFileSync(join(root, name), 'utf8');
    const imported = [...text.matchAll(/from '([^']+)'/g)].map(([, specifier]) => specifier!);
    const entered = imported.filter((specifier) => specifier.includes('/server/src/domains/'));
    expect(entered.filter((specifier) => !specifier.endsWith('/index.ts'))).toEqual([]);
    expect(imported.filter((specifier) => /^(?:pg|kysely)$|store/.test(specifier))).toEqual([]);
    expect(text).not.toMatch(/\.sql\b|\bsql`|\.execute\(/);
  }
});
