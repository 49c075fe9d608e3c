import { sql } from 'kysely';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addMonths } from '@whisperforge/kernel/period';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createAccounts } from '../../../domains/accounts/index.ts';
import { createPricing, readCatalogFile } from '../../../domains/pricing/index.ts';
import { soldAfter } from '../../../../test/simulation/sold.ts';
import { addContractsCommands } from './commands.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let user: string;
let accountId: number;

/** Runs a command as the operator would type it, and answers what it printed. */
async function run(args: readonly string[], answer?: boolean): Promise<string> {
  const lines: string[] = [];
  const env = { NODE_ENV: 'test', DATABASE_URL: created.url };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const confirm = answer === undefined ? undefined : () => Promise.resolve(answer);
  const print = (line: string): void => void lines.push(line);
  addContractsCommands(program, { env, print, ...(confirm !== undefined && { confirm }) });
  await program.parseAsync(['contracts', ...args], { from: 'user' });
  return lines.join('\n');
}

const words = (text: string): string[] => text.split(' ');
const record = (text: string, answer?: boolean) =>
  run(['record', user, ...words(text), '--reason', 'signed on paper'], answer);
const end = (text = '', answer?: boolean) =>
  run(['end', user, ...(text === '' ? [] : words(text)), '--reason', 'it is over'], answer);

interface Listed {
  readonly user: string;
  readonly monthly: { readonly amount_minor: number; readonly currency: string };
}

async function listed(...more: string[]): Promise<Listed[]> {
  const { data } = JSON.parse(await run(['list', '--json', ...more])) as { data: Listed[] };
  return data.filter((each) => each.user === user);
}

async function audited(): Promise<unknown[]> {
  const { rows } = await sql<{ kind: string; reason: string; action: string }>`
    SELECT actor_kind AS kind, reason, action FROM audit_entries
    WHERE account_id = ${accountId} ORDER BY id`.execute(database.sql);
  return rows;
}

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const context = { actor: { kind: 'cli', id: null }, nowMs: 0, reason: null } as const;
  const file = readCatalogFile(JSON.stringify(soldAfter(0)));
  await createPricing({ database }).publishCatalog(file, context);
});
afterAll(() => database.close());
beforeEach(async () => {
  user = `person-${randomText(12)}`;
  const details = { email: 'somebody@example.com' };
  const person = await createAccounts({ database }).upsertUser(user, details, systemClock.nowMs());
  ({ accountId } = person);
});

test('a contract is recorded, changed, listed and ended, each with its reason', async () => {
  const signed = await record('--plan team --cycle yearly --seats 3 --amount 3600 --per contract');
  expect(signed).toMatch(/FROM +WHAT +PLAN +A MONTH\n\S+ +started +team +300\.00 usd\nIt is on/);
  expect(await listed()).toMatchObject([
    {
      kind: 'contract',
      plan: 'team:1',
      billing_cycle: 'yearly',
      seats: 3,
      monthly: { amount_minor: 30_000, currency: 'usd' },
      ends_at: null,
    },
  ]);
  await record('--seats 4 --amount 1200.00 --per seat');
  expect(await listed()).toMatchObject([{ seats: 4, monthly: { amount_minor: 40_000 } }]);
  expect(await run(['list'])).toContain(user);
  expect(await end()).toMatch(/ended +0\.00 usd\nIt is on record\.$/);
  expect(await listed()).toEqual([]);
  expect(await listed('--ended')).toMatchObject([{ monthly: { amount_minor: 40_000 } }]);
  const recorded = { kind: 'cli', action: 'access.subscription_recorded' };
  expect(await audited()).toMatchObject([
    { ...recorded, reason: 'signed on paper' },
    { ...recorded, reason: 'signed on paper' },
    { ...recorded, reason: 'it is over' },
  ]);
});

test('telling the same again changes nothing', async () => {
  await record('--plan team --amount 100.00 --start 2026-01-01T00:00:00Z');
  const again = await record('--plan team --amount 100.00');
  expect(again).toBe('All of it is on record already.');
  expect(await audited()).toHaveLength(1);
});

test('a dry run shows what would be, and changes nothing', async () => {
  const dry = await record('--plan team --amount 100.00 --dry-run');
  expect(dry).toMatch(/started +team +100\.00 usd\nNothing was changed\.$/);
  expect(await listed()).toEqual([]);
  await record('--plan team --amount 100.00');
  expect(await end('--dry-run')).toContain('Nothing was changed.');
  expect(await listed()).toHaveLength(1);
  expect(await audited()).toHaveLength(1);
});

test('whoever sits there is shown it first, and may say no', async () => {
  const refused = await record('--plan team --amount 100.00', false);
  expect(refused).toMatch(/started +team[^]*Nothing was changed\.$/);
  expect(await listed()).toEqual([]);
  expect(await record('--plan team --amount 100.00', true)).toContain('It is on record.');
  expect(await end('', false)).toContain('Nothing was changed.');
  expect(await listed()).toHaveLength(1);
});

test('a gift costs nothing, and ends by itself where its end is said', async () => {
  const ends = formatInstant(addMonths(systemClock.nowMs(), 3));
  await record(`--plan pro --gift --end ${ends}`);
  expect(await listed()).toMatchObject([
    { kind: 'gift', monthly: { amount_minor: 0 }, ends_at: ends },
  ]);
  const later = formatInstant(addMonths(systemClock.nowMs(), 6));
  await record(`--end ${later}`);
  expect(await listed()).toMatchObject([{ kind: 'gift', ends_at: later }]);
  await record('--end none');
  expect(await listed()).toMatchObject([{ ends_at: null }]);
  await end(`--at ${ends}`);
  expect(await listed()).toMatchObject([{ ends_at: ends }]);
});

test.each<[string, RegExp]>([
  ['--amount 100.00', /needs a --plan/],
  ['--plan team', /needs an --amount/],
  ['--plan nothing --amount 100.00', /no plan nothing; there are .*team/],
  ['--plan team --amount 1.234', /no amount in usd/],
  ['--plan team --per seat', /goes with an --amount/],
  [
    '--plan team --amount 1 --start 2026-02-01T00:00:00Z --end 2026-01-01T00:00:00Z',
    /ends after it has started/,
  ],
])('%s is refused with the reason', async (text, reason) => {
  await expect(record(text)).rejects.toThrow(reason);
  expect(await audited()).toEqual([]);
});

test.each(['--plan team --seats 0 --amount 1', '--plan team --gift --amount 1', '--start today'])(
  '%s is not understood',
  async (text) => {
    await expect(record(text)).rejects.toThrow(CommanderError);
  },
);

test('nobody has a contract ended who has none, and an unknown user is named', async () => {
  await expect(end()).rejects.toThrow('no contract and no gift');
  await expect(run(['end', 'nobody', '--reason', 'x'])).rejects.toThrow(/nobody/);
});

test('what is paid through Stripe is left alone', async () => {
  await record('--plan team --amount 100.00');
  await sql`UPDATE user_subscriptions SET source = 'stripe', stripe_subscription_id = ${user}
    WHERE account_id = ${accountId}`.execute(database.sql);
  await expect(record('--seats 2')).rejects.toThrow('pays through Stripe');
  await expect(end()).rejects.toThrow('pays through Stripe');
});
