import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox, type Sandbox } from '@whisperforge/stripe-sandbox';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase } from '../../adapters/postgres/index.ts';
import { createPricing, readCatalogFile } from '../../domains/pricing/index.ts';
import { runCli } from '../cli.ts';

const FIRST_CATALOG = new URL('../../../data/catalog.json', import.meta.url);
const created = useTestDatabase();
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, seed: 'cli catalogue' });
  const options = { url: created.url, schema: 'billing', applicationName: 'test' };
  const database = openDatabase(options);
  const file = readCatalogFile(await readFile(FIRST_CATALOG, 'utf8'));
  const actor = { kind: 'system', id: 'test' } as const;
  await createPricing({ database }).publishCatalog(file, {
    actor,
    nowMs: Date.UTC(2026, 0, 1),
    reason: 'a test',
  });
  await database.close();
});
afterAll(() => sandbox.close());

async function run(...args: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const env = {
    NODE_ENV: 'test',
    DATABASE_URL: created.url,
    STRIPE_SECRET_KEY: 'sk_test_cli',
    STRIPE_API_BASE: sandbox.url,
  };
  const print = (line: string): void => void lines.push(line);
  const code = await runCli(['stripe', 'catalogue', ...args], { env, print, complain: print });
  return { code, printed: lines.join('\n') };
}

test('a dry run says what a push then makes, once', async () => {
  const dry = await run('--dry-run');
  expect(dry.code).toBe(0);
  expect(dry.printed).toMatch(/price +pro:1:yearly:usd +182\.40 usd yearly +would be made/);
  const pushed = await run();
  expect(pushed.printed).toMatch(/price +pro:1:yearly:usd +182\.40 usd yearly +made/);
  expect((await run()).printed).toMatch(/^\d+ prices stand at Stripe as they do here\.$/);
});
