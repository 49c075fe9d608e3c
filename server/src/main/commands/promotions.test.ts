import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { addPlansCommands } from './plans.ts';
import { addPromotionsCommands } from './promotions.ts';

const created = useTestDatabase();
const shipped = fileURLToPath(new URL('../../../data/catalog.json', import.meta.url));
let folder: string;

/** Runs a command as the operator would type it, and answers what it printed. */
async function run(...args: string[]): Promise<string> {
  const lines: string[] = [];
  const env = { NODE_ENV: 'test', DATABASE_URL: created.url };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const context = { env, print: (line: string) => void lines.push(line) };
  addPlansCommands(program, context);
  addPromotionsCommands(program, context);
  await program.parseAsync(args, { from: 'user' });
  return lines.join('\n');
}

const promotions = (...args: string[]) => run('promotions', ...args);
const terms = ['--name', 'Spring', '--reason', 'spring'];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'promotions-commands-'));
  await run('plans', 'publish', shipped, '--reason', 'the first day');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('a code is made, listed, exported and ended', async () => {
  const made = await promotions(
    'create',
    'spring25',
    ...terms,
    ...'--percent 12.5 --duration repeating --months 3 --cycles monthly --most 100'.split(' '),
    '--expires',
    '2999-01-01T00:00:00Z',
  );
  expect(made).toBe('SPRING25');
  expect(await promotions('list')).toBe(
    [
      'CODE      OFF     LASTS         STATE   USED      EXPIRES                   NAME',
      'SPRING25  12.5 %  for 3 months  active  0 of 100  2999-01-01T00:00:00.000Z  Spring',
    ].join('\n'),
  );
  const csv = await promotions('export', '--prefix', 'spring');
  expect(csv).toMatch(/^code,name,[^]*\nSPRING25,Spring,,active,12.5 %,for 3 months,,monthly,/);
  const ended = await promotions('end', 'Spring25', '--reason', 'over');
  expect(ended).toBe('Code SPRING25 has ended; it was used 0 times.');
  expect(await promotions('list', '--json')).toContain('"state":"ended"');
});

test('many codes are made at once and written as CSV, as many as an export has', async () => {
  const file = join(folder, 'codes.csv');
  const off = ['--amount', 'usd=5.00', '--plans', 'pro,business', '--first-purchase'];
  const args = ['generate', '250', '--prefix', 'fair', '--batch', 'fair-2026', '--file', file];
  const made = await promotions(...args, ...terms, ...off);
  expect(made).toBe(`Made 250 codes and wrote them to ${file}.`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\r\n');
  expect(lines).toHaveLength(251);
  expect(lines[1]).toMatch(/^FAIR(?:-[2-9A-Z]{4}){3},Spring,fair-2026,active,5.00 usd,once,/);
  expect(await promotions('list', '--batch', 'fair-2026', '--limit', '1')).toMatch(
    /\nFAIR\S+ +5\.00 usd +once/,
  );
  const exported = join(folder, 'exported.csv');
  await promotions('export', '--batch', 'fair-2026', '--file', exported);
  const sorted = readFileSync(exported, 'utf8').trimEnd().split('\r\n').toSorted();
  expect(sorted).toEqual(lines.toSorted());
});

test.each<[string[], RegExp]>([
  [['create', 'X25', ...terms, '--percent', '150'], /takes 150 % off/],
  [['create', 'X25', ...terms, '--percent', '0'], /takes 0 % off/],
  [['create', 'X25', ...terms, '--amount', 'usd=1000.00'], /more than/],
  [['create', 'X25', ...terms], /percent_off_basis_points or amounts_off/],
  [['end', 'NOBODY', '--reason', 'x'], /no promotion code NOBODY/],
])('%j is refused with the reason', async (args, reason) => {
  await expect(promotions(...args)).rejects.toThrow(reason);
});

test.each<[string[]]>([
  [['create', 'X25', ...terms, '--percent', '1.234']],
  [['create', 'X25', ...terms, '--percent', '5', '--amount', 'usd=5.00']],
  [['create', 'X25', '--name', 'Spring', '--percent', '5']],
  [['create', 'X25', ...terms, '--percent', '5', '--cycles', 'weekly']],
  [['generate', 'many', ...terms, '--percent', '5']],
])('%j is not understood', async (args) => {
  await expect(promotions(...args)).rejects.toThrow(CommanderError);
});

test('rules are listed and ended, and packs withdrawn', async () => {
  expect(await run('plans', 'rules')).toMatch(/^RULE .*\nannual +discount +A year at once/);
  const ended = await run('plans', 'end-rule', 'annual', '--reason', 'no more');
  expect(ended).toContain('Rule annual has ended');
  expect(await run('plans', 'rules', '--json')).toBe('[]');
  const again = run('plans', 'end-rule', 'annual', '--reason', 'no more');
  await expect(again).rejects.toThrow('No pricing rule annual is in force');
  const withdrawn = await run('plans', 'withdraw-pack', 'minutes_100', '--reason', 'no more');
  expect(withdrawn).toContain('no longer on sale');
});
