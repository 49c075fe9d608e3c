import { describe, expect, test } from 'vitest';
import { readModules } from '../modules.ts';
import { checkImports } from './imports.ts';

const packages = {
  'kernel/package.json': '{"name": "@whisperforge/kernel", "exports": {"./*": "./*.ts"}}',
  'sdk/package.json': `{"name": "@whisperforge/sdk", "exports": {
    ".": {"@whisperforge/source": "./src/index.ts", "default": "./dist/index.js"}}}`,
};

/** The rules that a module at `path` breaks when it holds `text` and `others` exist beside it. */
function rulesBroken(path: string, text: string, others: readonly string[] = []): string[] {
  const files = new Map(Object.entries(packages));
  for (const other of others) files.set(other, 'export const x = 1;');
  files.set(path, text);
  return checkImports(readModules(files)).map((finding) => finding.rule);
}

const plans = 'server/src/domains/plans';
const usage = 'server/src/domains/usage';

describe('rooms', () => {
  test.each([
    ['kernel/a.ts', '../server/src/platform/errors.ts'],
    ['server/src/platform/a.ts', '../domains/plans/index.ts'],
    ['server/src/platform/a.ts', '../adapters/postgres/pool.ts'],
    ['server/src/platform/a.ts', '../http/server.ts'],
    ['server/src/platform/a.ts', '../jobs/worker.ts'],
    ['server/src/platform/a.ts', '../main/config.ts'],
    [`${plans}/a.ts`, '../../adapters/postgres/pool.ts'],
    [`${plans}/a.ts`, '../../http/server.ts'],
    [`${plans}/a.ts`, '../../jobs/worker.ts'],
    [`${plans}/a.ts`, '../../main/config.ts'],
    [`${plans}/a.ts`, '../../../../tools/start.ts'],
    ['server/src/adapters/postgres/a.ts', '../../http/server.ts'],
    ['web/admin/a.ts', '../../server/src/platform/errors.ts'],
    ['web/admin/a.ts', '../../stripe-sandbox/store.ts'],
    ['stripe-sandbox/a.ts', '../server/src/platform/errors.ts'],
    ['server/src/main/a.ts', '../../../stripe-sandbox/store.ts'],
    ['sdk/src/a.ts', '../../kernel/money.ts'],
    ['sdk/src/a.ts', '../../server/src/platform/errors.ts'],
    ['examples/transcribe/a.ts', '../../server/src/main/config.ts'],
  ])('%s does not import %s', (path, specifier) => {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    expect(rulesBroken(path, `import { x } from '${specifier}';`, [target])).toContain('rooms');
  });

  test.each([
    ['kernel/a.ts', './money.ts'],
    ['server/src/platform/a.ts', '../../../kernel/money.ts'],
    [`${plans}/a.ts`, '../../platform/errors.ts'],
    ['server/src/adapters/postgres/a.ts', '../../domains/plans/index.ts'],
    ['server/src/http/a.ts', '../domains/plans/index.ts'],
    ['server/src/main/a.ts', '../http/server.ts'],
    ['web/admin/a.ts', '../../kernel/money.ts'],
    ['web/admin/a.ts', '../ui/table.tsx'],
    ['tools/a.ts', '../server/src/main/config.ts'],
    ['tools/a.ts', '../stripe-sandbox/store.ts'],
    ['server/test/scenarios/a.test.ts', '../../../stripe-sandbox/store.ts'],
    ['bench/a.ts', '../server/test/support/server.ts'],
  ])('%s may import %s', (path, specifier) => {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    expect(rulesBroken(path, `import { x } from '${specifier}';`, [target])).toEqual([]);
  });

  test.each([
    `import type { X } from '../server/src/platform/errors.ts';`,
    `export { x } from '../server/src/platform/errors.ts';`,
    `export type { X } from '../server/src/platform/errors.ts';`,
    `export * from '../server/src/platform/errors.ts';`,
    `import '../server/src/platform/errors.ts';`,
    `const x = await import('../server/src/platform/errors.ts');`,
    `type X = import('../server/src/platform/errors.ts').X;`,
    `new Worker(new URL('../server/src/platform/errors.ts', import.meta.url));`,
  ])('every form of import counts: %s', (text) => {
    expect(rulesBroken('kernel/a.ts', text, ['server/src/platform/errors.ts'])).toEqual(['rooms']);
  });

  test('a package of this repository is seen through to its module', () => {
    const from = `import { x } from '@whisperforge/kernel/money';`;
    expect(rulesBroken('sdk/src/a.ts', from, ['kernel/money.ts'])).toEqual(['rooms']);
    expect(rulesBroken('web/ui/a.ts', from, ['kernel/money.ts'])).toEqual([]);
    const sdk = `import { x } from '@whisperforge/sdk';`;
    expect(rulesBroken('kernel/a.ts', sdk, ['sdk/src/index.ts'])).toEqual(['rooms']);
  });

  test('a test of the kernel or of the sandbox stays in its room, others may reach out', () => {
    const money = `import { x } from '../server/src/platform/errors.ts';`;
    const errors = ['server/src/platform/errors.ts'];
    expect(rulesBroken('kernel/a.test.ts', money, errors)).toEqual(['rooms']);
    expect(rulesBroken('stripe-sandbox/a.test.ts', money, errors)).toEqual(['rooms']);
    expect(rulesBroken('examples/a.test.ts', money, errors)).toEqual([]);
    const browser = `import { x } from '../tools/browser/browser.ts';`;
    const shared = ['tools/browser/browser.ts'];
    expect(rulesBroken('stripe-sandbox/a.test.ts', browser, shared)).toEqual([]);
    expect(rulesBroken('stripe-sandbox/a.ts', browser, shared)).toContain('rooms');
  });
});

describe('domains', () => {
  test('a domain imports lower ranks and not higher ones', () => {
    const up = `import { x } from '../usage/index.ts';`;
    const down = `import { x } from '../plans/index.ts';`;
    expect(rulesBroken(`${plans}/a.ts`, up, [`${usage}/index.ts`])).toEqual(['ranks']);
    expect(rulesBroken(`${usage}/a.ts`, down, [`${plans}/index.ts`])).toEqual([]);
  });

  test('a type from a higher rank counts as well', () => {
    const up = `import type { X } from '../usage/index.ts';`;
    expect(rulesBroken(`${plans}/a.ts`, up, [`${usage}/index.ts`])).toEqual(['ranks']);
  });

  test.each([
    [`${usage}/a.ts`, '../plans/store.ts'],
    ['server/src/http/a.ts', '../domains/plans/routes.ts'],
    ['server/src/jobs/a.ts', '../domains/plans/jobs.ts'],
    ['server/src/main/a.ts', '../domains/plans/service.ts'],
    ['server/src/adapters/postgres/a.ts', '../../domains/plans/plan.ts'],
    ['tools/a.ts', '../server/src/domains/plans/plan.ts'],
  ])('%s enters a domain by its door, not by %s', (path, specifier) => {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1);
    expect(rulesBroken(path, `import { x } from '${specifier}';`, [target])).toEqual(['door']);
  });

  test('the door is for others: a domain opens its own files, and tests open any', () => {
    const own = `import { x } from './store.ts';`;
    expect(rulesBroken(`${plans}/service.ts`, own, [`${plans}/store.ts`])).toEqual([]);
    const foreign = `import { x } from '../usage/store.ts';`;
    expect(rulesBroken(`${plans}/a.test.ts`, foreign, [`${usage}/store.ts`])).toEqual([]);
  });
});

describe('packages', () => {
  test('the kernel imports no package and nothing of Node; its tests do', () => {
    expect(rulesBroken('kernel/a.ts', `import { x } from 'lru-cache';`)).toEqual(['kernel']);
    expect(rulesBroken('kernel/a.ts', `import { x } from 'node:crypto';`)).toEqual(['kernel']);
    expect(rulesBroken('kernel/a.test.ts', `import { test } from 'vitest';`)).toEqual([]);
  });

  test.each([
    ['stripe', 'stripe'],
    ['ioredis', 'redis'],
    ['nodemailer', 'mail'],
    ['posthog-node', 'posthog'],
    ['@sentry/node', 'sentry'],
    ['@slack/webhook', 'slack'],
    ['@notionhq/client', 'notion'],
    ['pg', 'postgres'],
    ['graphile-worker', 'postgres'],
  ])('%s is imported only in the adapter %s', (name, adapter) => {
    const text = `import { x } from '${name}';`;
    expect(rulesBroken(`${plans}/service.ts`, text)).toEqual(['vendor']);
    expect(rulesBroken('server/src/main/a.ts', text)).toEqual(['vendor']);
    expect(rulesBroken(`server/src/adapters/${adapter}/a.ts`, text)).toEqual([]);
    expect(rulesBroken('server/src/main/a.ts', `import { x } from '${name}/lib/y.js';`)).toEqual([
      'vendor',
    ]);
  });

  test('the worker may use its queue, a store its query builder', () => {
    expect(rulesBroken('server/src/jobs/a.ts', `import { run } from 'graphile-worker';`)).toEqual(
      [],
    );
    const kysely = `import { sql } from 'kysely';`;
    expect(rulesBroken(`${plans}/store.ts`, kysely)).toEqual([]);
    expect(rulesBroken(`${plans}/store-prices.ts`, kysely)).toEqual([]);
    expect(rulesBroken(`${plans}/service.ts`, kysely)).toEqual(['vendor']);
    expect(rulesBroken('server/src/http/a.ts', kysely)).toEqual(['vendor']);
  });

  test('the sandbox knows types of Stripe and runs none of its code', () => {
    const types = `import type Stripe from 'stripe';`;
    expect(rulesBroken('stripe-sandbox/a.ts', types)).toEqual([]);
    expect(rulesBroken('stripe-sandbox/a.ts', `import Stripe from 'stripe';`)).toEqual(['vendor']);
    expect(rulesBroken(`${plans}/a.ts`, types)).toEqual(['vendor']);
  });

  test('the SDK imports itself, and types of a framework in its middleware', () => {
    expect(rulesBroken('sdk/src/a.ts', `import { x } from 'undici';`)).toEqual(['sdk']);
    expect(rulesBroken('sdk/src/a.ts', `import { x } from 'node:timers';`)).toEqual(['sdk']);
    expect(rulesBroken('sdk/src/a.ts', `import type { X } from 'fastify';`)).toEqual(['sdk']);
    expect(rulesBroken('sdk/src/fastify.ts', `import type { X } from 'fastify';`)).toEqual([]);
    expect(rulesBroken('sdk/src/middleware/hono.ts', `import type { X } from 'hono';`)).toEqual([]);
    expect(rulesBroken('sdk/src/hono.ts', `import type { X } from 'fastify';`)).toEqual(['sdk']);
    // What remains of this at run time is `import 'fastify'`, which a user may not have.
    expect(rulesBroken('sdk/src/fastify.ts', `import { type X } from 'fastify';`)).toEqual(['sdk']);
    expect(rulesBroken('sdk/src/a.ts', `import { x } from './b.ts';`, ['sdk/src/b.ts'])).toEqual(
      [],
    );
  });
});

describe('imports that escape', () => {
  test('an import that leads to no file is reported instead of passed over', () => {
    expect(rulesBroken(`${plans}/a.ts`, `import { x } from './gone.ts';`)).toEqual(['lost-import']);
    const door = `import { x } from '@whisperforge/sdk/internal';`;
    expect(rulesBroken('web/ui/a.ts', door)).toEqual(['lost-import']);
  });

  test('a computed path is refused in what ships and allowed in tools', () => {
    const text = 'const x = await import(path);';
    expect(rulesBroken(`${plans}/a.ts`, text)).toEqual(['computed-import']);
    expect(rulesBroken(`${plans}/a.ts`, `import { createRequire } from 'node:module';`)).toEqual([
      'computed-import',
    ]);
    expect(rulesBroken('tools/a.ts', text)).toEqual([]);
  });

  test('source does not import tests', () => {
    const other = `import { x } from './b.test.ts';`;
    expect(rulesBroken(`${plans}/a.ts`, other, [`${plans}/b.test.ts`])).toEqual(['source-to-test']);
    const support = `import { x } from '../../test/support/server.ts';`;
    const broken = rulesBroken('server/src/main/a.ts', support, ['server/test/support/server.ts']);
    expect(broken).toEqual(['rooms', 'source-to-test']);
    expect(rulesBroken(`${plans}/a.test.ts`, other, [`${plans}/b.test.ts`])).toEqual([]);
  });

  test('a file that cannot be parsed is a finding', () => {
    expect(rulesBroken('kernel/a.ts', 'import { from;')).toContain('parse');
  });
});
