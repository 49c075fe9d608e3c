import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { addPlansCommands } from './plans.ts';

const created = useTestDatabase();
const shipped = fileURLToPath(new URL('../../../data/catalog.json', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plans-commands-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a command as the operator would type it, and answers what it printed. */
async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const env = { NODE_ENV: 'test', DATABASE_URL: created.url };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  addPlansCommands(program, { env, print: (line) => void lines.push(line) });
  await program.parseAsync(['plans', ...args], { from: 'user' });
  return lines.join('\n');
}

/** A line for each place. */
const REFUSAL = new RegExp(
  [
    'is refused:',
    ' {2}/plans/0/features/audio_minutes/limit .*',
    ' {2}/plans/1/features/telepathy ',
  ].join('\n'),
);

interface Written {
  plans: { slug: string; features: Record<string, unknown>; monthly_prices: object }[];
  features: object[];
}

function edited(edit: (file: Written) => void): string {
  const file = JSON.parse(readFileSync(shipped, 'utf8')) as Written;
  edit(file);
  const path = join(folder, 'edited.json');
  writeFileSync(path, JSON.stringify(file));
  return path;
}

test('the tiers are published from a file, listed, exported and changed', async () => {
  expect(await run('list')).toBe('PLAN  VERSION  NAME  PRICES  DEFAULT');
  const published = await run('publish', shipped, '--reason', 'the first day');
  expect(published).toContain('plan pro: version 1\n');
  expect(published).toContain('  prices/yearly/usd: 182.40\n');
  expect(published).toMatch(/\nPublished\.$/);
  expect(await run('list')).toBe(
    [
      'PLAN        VERSION  NAME        PRICES                                DEFAULT',
      'free        1        Free        0.00 usd monthly                      yes',
      'pro         1        Pro         19.00 usd monthly, 182.40 usd yearly',
      'business    1        Business    49.00 usd monthly, 470.40 usd yearly',
      'enterprise  1        Enterprise  agreed upon',
    ].join('\n'),
  );

  const exported = join(folder, 'exported.json');
  expect(await run('export', '--file', exported)).toBe(`Wrote ${exported}.`);
  expect(await run('diff', exported, '--exit-code')).toBe('The catalogue says the same already.');
  expect(JSON.parse(await run('export'))).toEqual(JSON.parse(readFileSync(exported, 'utf8')));

  const changed = edited(({ plans, features }) => {
    plans[1]!.features['audio_minutes'] = { limit: 400 };
    plans[1]!.features['dubbing'] = true;
    plans[1]!.monthly_prices = { usd: '21.00' };
    plans.splice(3);
    const dubbing = { key: 'dubbing', kind: 'boolean', name: 'Dubbing' };
    features.push({ ...dubbing, when_missing: 'latest_version', on_unavailable: 'last_known' });
  });
  const difference = [
    'feature dubbing: new',
    '  kind: boolean',
    '  name: Dubbing',
    '  when_missing: latest_version',
    '  on_unavailable: last_known',
    'plan pro: version 2',
    '  features/audio_minutes: 300 -> 400',
    '  features/dubbing: yes',
    '  prices/monthly/usd: 19.00 -> 21.00',
    '  prices/yearly/usd: 182.40 -> 201.60',
    'Not mentioned, and left as it is: plan enterprise.',
  ].join('\n');
  expect(await run('diff', changed)).toBe(difference);
  const dry = await run('publish', changed, '--dry-run', '--reason', 'to see');
  expect(dry).toBe(`${difference}\nNothing was changed.`);
  expect(await run('diff', changed)).toBe(difference);
  expect(await run('publish', changed, '--reason', 'the second day')).toBe(
    `${difference}\nPublished.`,
  );
  expect(await run('publish', changed, '--reason', 'again')).not.toContain('Published.');

  expect(await run('withdraw', 'enterprise', '--reason', 'sold out')).toContain('enterprise');
  const listed = JSON.parse(await run('list', '--json')) as { slug: string; version: number }[];
  expect(listed.map(({ slug, version }) => `${slug} ${version}`)).toEqual([
    'free 1',
    'pro 2',
    'business 1',
  ]);
});

describe('refusals', () => {
  test('a file that is wrong is refused with every place, and nothing is published', async () => {
    const wrong = edited(({ plans }) => {
      plans[0]!.features['audio_minutes'] = { limit: -1 };
      plans[1]!.features['telepathy'] = true;
    });
    const before = await run('export');
    const refused = run('publish', wrong, '--reason', 'a mistake');
    await expect(refused).rejects.toMatchObject({
      code: 'catalog_invalid',
      message: expect.stringMatching(REFUSAL) as string,
    });
    expect(await run('export')).toBe(before);
  });

  test('a file that is missing, and a reason that says nothing, are misuse', async () => {
    const missing = run('diff', join(folder, 'nowhere.json'));
    await expect(missing).rejects.toBeInstanceOf(CommanderError);
    await expect(run('publish', shipped)).rejects.toBeInstanceOf(CommanderError);
    await expect(run('publish', shipped, '--reason', ' ')).rejects.toBeInstanceOf(CommanderError);
  });

  test('a difference fails a script that asks whether there is one', async () => {
    const changed = edited(({ plans }) => {
      plans[0]!.features['kb_files'] = { limit: 4 };
    });
    await expect(run('diff', changed, '--exit-code')).rejects.toMatchObject({
      code: 'catalog_differs',
    });
  });
});
