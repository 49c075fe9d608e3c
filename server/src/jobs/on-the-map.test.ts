import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { useTestDatabase } from '../../test/support/database.ts';
import { openDatabase } from '../adapters/postgres/index.ts';
import { compose } from '../main/compose.ts';
import { readConfig } from '../main/config.ts';
import { createLogger } from '../main/logger.ts';

const testDatabase = useTestDatabase();

test('ARCHITECTURE.md names every job that there is, and no other', async () => {
  const config = readConfig({
    NODE_ENV: 'test',
    DATABASE_URL: testDatabase.url,
    AUDIT_RETENTION_DAYS: '730',
  });
  const clock = manualClock(0);
  const database = openDatabase({
    url: testDatabase.url,
    schema: 'billing',
    applicationName: 'test',
  });
  const logger = createLogger('silent');
  const { jobs } = compose({ config, database, clock, logger });
  await database.close();
  const map = readFileSync(new URL('../../../ARCHITECTURE.md', import.meta.url), 'utf8');
  const table = map.slice(map.indexOf('| job  '), map.indexOf('No answer to the app'));
  const named = [...table.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set(jobs.map(({ name }) => name)));
});
