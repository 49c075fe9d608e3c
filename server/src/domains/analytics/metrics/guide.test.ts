import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase } from '../../../adapters/postgres/index.ts';
import { allMetrics } from './all.ts';

const GUIDE = join(import.meta.dirname, '../../../../../docs/guides/metrics.md');
const AREAS: readonly string[] = ['revenue', 'customers', 'retention', 'growth', 'payments'];

const created = useTestDatabase();

test('the guide says what each metric of revenue and customers is, as it is reckoned', async () => {
  const database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  try {
    const text = await readFile(GUIDE, 'utf8');
    const told = new Set(text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim()));
    for (const { name, title, formula, area, opens, columns } of allMetrics(database)) {
      if (AREAS.includes(area)) expect(told).toContain(`| \`${name}\` | ${title} | ${formula} |`);
      expect(columns[0]?.name, name).toBe('value');
      expect(columns.find((column) => column.name === opens)?.adds, name).toBe(true);
    }
  } finally {
    await database.close();
  }
});
