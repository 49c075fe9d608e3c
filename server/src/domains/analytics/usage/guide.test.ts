import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase } from '../../../adapters/postgres/index.ts';
import { allMetrics } from '../metrics/all.ts';

const GUIDE = join(import.meta.dirname, '../../../../../docs/guides/inputs.md');
const AREAS: readonly string[] = ['usage', 'costs', 'support', 'operations'];

const created = useTestDatabase();

test('the guide says what each metric of use, cost and support is', async () => {
  const database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  try {
    const text = await readFile(GUIDE, 'utf8');
    const told = new Set(text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim()));
    const ours = allMetrics(database).filter(({ area }) => AREAS.includes(area));
    expect(ours.length).toBeGreaterThan(AREAS.length);
    for (const { name, title, formula, dimensions } of ours) {
      const by = dimensions.map((dimension) => `\`${dimension}\``).join(', ') || 'none';
      expect(told).toContain(`| \`${name}\` | ${title} | ${formula} | ${by} |`);
    }
  } finally {
    await database.close();
  }
});
