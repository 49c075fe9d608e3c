import { expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../adapters/postgres/index.ts';
import { useTestDatabase } from '../../test/support/database.ts';
import { readConfig, type Config } from './config.ts';
import { serve } from './serve.ts';

const database = useTestDatabase();

/** As in production, but for the address of a Stripe that nobody is to ask. */
function production(staff: Record<string, string>): Config {
  const config = readConfig({
    NODE_ENV: 'test',
    ROLE: 'api',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    STRIPE_API_BASE: 'http://127.0.0.1:9',
    ENCRYPTION_KEY: 'x'.repeat(32),
    ...staff,
  });
  return { ...config, environment: 'production' };
}

const clock = manualClock(Date.UTC(2026, 2, 10));
const owner = { ADMIN_EMAIL: 'ada@example.com', ADMIN_PASSWORD: 'correct horse battery' };

async function emails(): Promise<string[]> {
  const rows = openDatabase({ url: database.url, schema: 'billing', applicationName: 'test' });
  try {
    const found = await rows.sql.selectFrom('staff').select('email').execute();
    return found.map(({ email }) => email);
  } finally {
    await rows.close();
  }
}

test('production does not start where nobody could sign in to the portal', async () => {
  await expect(serve(production({}), { clock })).rejects.toThrow(
    'ADMIN_EMAIL and ADMIN_PASSWORD are missing',
  );
  expect(await emails()).toEqual([]);
});

test('processes that start at once make one owner, who is then the only way in', async () => {
  const [one, two] = await Promise.all([
    serve(production(owner), { clock }),
    serve(production(owner), { clock }),
  ]);
  await one.close();
  await two.close();
  expect(await emails()).toEqual(['ada@example.com']);
  const another = { ...owner, ADMIN_EMAIL: 'mallory@example.com' };
  for (const staff of [another, {}]) {
    const started = await serve(production(staff), { clock });
    await started.close();
  }
  expect(await emails()).toEqual(['ada@example.com']);
});
