import { describe, expect, test } from 'vitest';
import { readModules } from '../modules.ts';
import { checkTidy } from './tidy.ts';

function rulesBroken(files: Readonly<Record<string, string>>): string[] {
  const tree = new Map(Object.entries(files));
  return checkTidy(tree, readModules(tree)).map(({ rule, line }) => `${rule}:${line}`);
}

const domain = 'server/src/domains/plans';
const door = { [`${domain}/index.ts`]: '', [`${domain}/README.md`]: '# Plans' };

describe('layout', () => {
  test('a source file ends after 300 lines; a test and a generated file may go on', () => {
    const lines = (count: number): string => 'x;\n'.repeat(count);
    expect(rulesBroken({ 'kernel/a.ts': lines(300) })).toEqual([]);
    expect(rulesBroken({ 'kernel/a.ts': lines(301) })).toEqual(['file-size:301']);
    expect(rulesBroken({ 'kernel/a.test.ts': lines(900) })).toEqual([]);
    expect(rulesBroken({ 'server/src/platform/schema.ts': lines(900) })).toEqual([]);
  });

  test('a line ends after 100 columns unless it holds an address', () => {
    const comment = `// ${'a'.repeat(97)}`;
    expect(rulesBroken({ 'kernel/a.ts': comment })).toEqual([]);
    expect(rulesBroken({ 'kernel/a.ts': `x;\n${comment}a` })).toEqual(['columns:2']);
    expect(rulesBroken({ 'kernel/a.ts': `${comment} https://example.com` })).toEqual([]);
    expect(rulesBroken({ 'kernel/a.ts': `// ${'💶'.repeat(90)}` })).toEqual([]);
  });

  test('a folder holds a dozen source files beside their tests', () => {
    const files = (count: number, ending: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`kernel/a${at}${ending}`, '']));
    expect(rulesBroken({ ...files(12, '.ts'), ...files(12, '.test.ts') })).toEqual([]);
    expect(rulesBroken(files(13, '.ts'))).toEqual(['folder-size:1']);
  });

  test.each(['kernel/utils.ts', 'server/src/platform/date-helpers.ts', 'web/ui/common/a.ts'])(
    '%s has a name that says nothing',
    (path) => {
      expect(rulesBroken({ [path]: '' })).toEqual(['name:1']);
    },
  );

  test('a name that only contains such a word is fine', () => {
    expect(rulesBroken({ 'kernel/utility-bill.ts': '', 'kernel/uncommon.ts': '' })).toEqual([]);
  });

  test('a domain has a door and a page', () => {
    expect(rulesBroken(door)).toEqual([]);
    expect(rulesBroken({ [`${domain}/plan.ts`]: '' })).toEqual([
      'domain-files:1',
      'domain-files:1',
    ]);
  });
});

describe('text', () => {
  test.each(['// TODO later', '// FIXME', '/* a HACK */'])('%s is a leftover', (text) => {
    expect(rulesBroken({ 'kernel/a.ts': `x;\n${text}` })).toEqual(['leftover:2']);
    expect(rulesBroken({ 'kernel/a.test.ts': text })).toEqual(['leftover:1']);
  });

  test.each([
    '// eslint-disable-next-line',
    '// oxlint-disable',
    '// @ts-ignore',
    '// @ts-nocheck',
  ])('%s silences a finding', (text) => {
    expect(rulesBroken({ 'kernel/a.ts': text })).toEqual(['suppression:1']);
  });

  test('a test of types may expect an error, source may not', () => {
    expect(rulesBroken({ 'kernel/a.ts': '// @ts-expect-error' })).toEqual(['suppression:1']);
    expect(rulesBroken({ 'kernel/a.test.ts': '// @ts-expect-error' })).toEqual([]);
  });
});

describe('code', () => {
  test.each<[string, string, string]>([
    ['clock', 'const a = Date.now();', 'kernel/clock.ts'],
    ['clock', 'const a = new Date();', 'kernel/clock.ts'],
    ['clock', 'const a = new Date(0);', 'sdk/src/wire.ts'],
    ['clock', 'const a = new Date();', 'sdk/src/clock.ts'],
    ['calendar', 'const a = Temporal.Now.instant();', 'kernel/period.ts'],
    ['random', 'const a = Math.random();', 'sdk/src/jitter.ts'],
    ['environment', 'const a = process.env.PORT;', 'tools/a.ts'],
    ['environment', "const a = process.env['PORT'];", 'bench/a.ts'],
    ['money', 'const a = amountMinor / 100;', 'tools/a.ts'],
    ['money', 'const a = row.price * 0.01;', 'tools/a.ts'],
  ])('%s: %s is seen in the server, and let through in %s', (rule, text, allowed) => {
    expect(rulesBroken({ 'server/src/http/a.ts': `\n${text}` })).toEqual([`${rule}:2`]);
    expect(rulesBroken({ [allowed]: text })).toEqual([]);
  });

  test('an enum is refused everywhere', () => {
    expect(rulesBroken({ 'tools/a.ts': 'enum A { B }' })).toEqual(['enum:1']);
    expect(rulesBroken({ 'kernel/a.test.ts': 'declare const enum A { B }' })).toEqual(['enum:1']);
  });

  test('main hands the environment over whole, and only the configuration looks into it', () => {
    const main = (text: string) => rulesBroken({ 'server/src/main/serve.ts': text });
    expect(main('const config = readConfig(process.env);')).toEqual([]);
    expect(main('const a = process.env.PORT;')).toEqual(['environment:1']);
    expect(main("const a = process['env']['PORT'];")).toEqual(['environment:1']);
    const http = (text: string) => rulesBroken({ 'server/src/http/a.ts': text });
    expect(http('const config = readConfig(process.env);')).toEqual(['environment:1']);
    expect(http('const { env } = process;')).toEqual(['environment:1']);
    expect(http("import { env } from 'node:process';")).toEqual(['environment:1']);
    expect(http('const a = process.pid;')).toEqual([]);
  });

  test('the SDK reads the clock in one file too', () => {
    expect(rulesBroken({ 'sdk/src/a.ts': 'const a = new Date();' })).toEqual(['clock:1']);
    expect(rulesBroken({ 'sdk/src/a.ts': 'const a = Date.now();' })).toEqual(['clock:1']);
  });

  test.each([
    '// Date.now() in prose',
    "const a = 'Math.random()';",
    'const a = percent / 100;',
    'const a = Date.UTC(2026, 0);',
    'const a = Date.parse(text);',
    'const a = performance.now();',
    'type A = Date;',
  ])('%s is fine', (text) => {
    expect(rulesBroken({ 'server/src/http/a.ts': text })).toEqual([]);
  });

  test.each<[string, string]>([
    ['sleep', 'await new Promise((go) => setTimeout(go, 10));'],
    ['sleep', "import { setTimeout as wait } from 'node:timers/promises';"],
    ['focus', "test.only('a', () => {});"],
    ['focus', "describe.skip('a', () => {});"],
    ['focus', "it.each([1]).skip('a', () => {});"],
    ['focus', "test.concurrent.only('a', () => {});"],
    ['mock', "vi.mock('./store.ts');"],
  ])('%s: %s does not belong in a test', (rule, text) => {
    expect(rulesBroken({ 'kernel/a.test.ts': text })).toEqual([`${rule}:1`]);
    expect(rulesBroken({ 'kernel/a.ts': text })).toEqual(rule === 'mock' ? ['mock:1'] : []);
  });

  test('what waits for a condition may poll, in the support of tests', () => {
    expect(rulesBroken({ 'server/test/support/wait.ts': 'setTimeout(go, 10);' })).toEqual([]);
    expect(rulesBroken({ 'server/test/scenarios/a.ts': 'setTimeout(go, 10);' })).toEqual([
      'sleep:1',
    ]);
  });

  test("a store does not read the database's clock for a business instant", () => {
    const store = (text: string) => ({ ...door, [`${domain}/store.ts`]: text });
    expect(rulesBroken(store("const q = 'select 1 from plans where due_at < now()';"))).toEqual([
      'clock:1',
    ]);
    expect(rulesBroken(store('const q = sql`current_timestamp`;'))).toEqual(['clock:1']);
    expect(rulesBroken(store('const a = now();'))).toEqual([]);
  });
});

describe('links', () => {
  const guide = { 'docs/guide.md': '# How it works\n\n## Two `words`!' };

  test.each(['docs/gone.md', 'docs', 'docs/guide.md#gone', '/docs/guide.md'])('%s', (target) => {
    const expected = target === 'docs' ? [] : ['link:2'];
    expect(rulesBroken({ ...guide, 'README.md': `\n[a](${target})` })).toEqual(expected);
  });

  test.each([
    '[a](docs/guide.md)',
    '[a](docs/guide.md#how-it-works "Title")',
    '[a](./docs/guide.md#two-words)',
    '[a](https://example.com/gone)',
    '`[a](gone.md)`',
    '```\n[a](gone.md)\n```',
    '# Here\n[a](#here)',
    '[a]: docs/guide.md',
  ])('%s leads somewhere', (text) => {
    expect(rulesBroken({ ...guide, 'README.md': text })).toEqual([]);
  });

  test('a definition that leads nowhere is found', () => {
    expect(rulesBroken({ 'docs/a.md': '[a]: ../gone.md' })).toEqual(['link:1']);
    expect(rulesBroken({ 'docs/a.md': '[a](../README.md)', 'README.md': '' })).toEqual([]);
  });
});

describe('records', () => {
  test('the configuration and .env.example name the same variables', () => {
    const config = "export const port = env.PORT ?? env['HOST'];";
    const files = (example: string) => ({
      'server/src/main/config.ts': config,
      '.env.example': example,
    });
    expect(rulesBroken(files('PORT=3000\n# HOST=127.0.0.1'))).toEqual([]);
    expect(rulesBroken(files('PORT=3000'))).toEqual(['environment:1']);
    expect(rulesBroken(files('PORT=\nHOST=\nGONE='))).toEqual(['environment:3']);
    expect(rulesBroken({ 'server/src/main/config.ts': config })).toEqual(['environment:1']);
  });

  test('migrations are numbered without a gap or a double', () => {
    const files = (...names: string[]) =>
      Object.fromEntries(names.map((name) => [`server/migrations/${name}`, '']));
    expect(rulesBroken(files('0001_a.sql', '0002_b.sql'))).toEqual([]);
    expect(rulesBroken(files('0001_a.sql', '0003_b.sql'))).toEqual(['numbering:1']);
    expect(rulesBroken(files('0001_a.sql', '0001_b.sql'))).toEqual(['numbering:1']);
    expect(rulesBroken(files('1_a.sql'))).toEqual(['numbering:1']);
    expect(rulesBroken({ 'docs/decisions/0002-b.md': '' })).toEqual(['numbering:1']);
  });

  test('the lockfile names no host of a registry', () => {
    const line = (resolved: string): string => `{\n"resolved": "${resolved}"\n}`;
    expect(rulesBroken({ 'package-lock.json': line('https://example.com/a.tgz') })).toEqual([
      'lockfile:2',
    ]);
    expect(rulesBroken({ 'package-lock.json': line('kernel') })).toEqual([]);
  });
});
