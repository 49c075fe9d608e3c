import { describe, expect, test } from 'vitest';
import { readModules } from '../modules.ts';
import { checkCycles } from './cycles.ts';
import { checkPurity } from './purity.ts';
import { checkRooms } from './rooms.ts';

function modulesOf(files: Readonly<Record<string, string>>) {
  return readModules(new Map(Object.entries(files)));
}

describe('rooms that were read', () => {
  test('nothing read is a failure, not a pass', () => {
    expect(checkRooms(modulesOf({}), []).map(({ rule }) => rule)).toEqual(['read-nothing']);
    const onlyText = modulesOf({ 'README.md': '# text' });
    expect(checkRooms(onlyText, []).map(({ rule }) => rule)).toEqual(['read-nothing']);
  });

  test('a built room without a module is a failure', () => {
    const modules = modulesOf({ 'kernel/a.ts': '', 'sdk/src/a.test.ts': '' });
    expect(checkRooms(modules, ['kernel', 'sdk']).map(({ rule }) => rule)).toEqual(['empty-room']);
    expect(checkRooms(modules, ['kernel'])).toEqual([]);
  });

  test('a room, a domain or an adapter that is not listed is a failure', () => {
    const files = { 'kernel/a.ts': '', 'server/src/domains/plans/a.ts': '' };
    const plans = checkRooms(modulesOf(files), ['kernel']);
    expect(plans.map(({ rule }) => rule)).toEqual(['unlisted-room']);
    expect(checkRooms(modulesOf(files), ['kernel', 'server/src/domains/plans'])).toEqual([]);
  });

  test.each([
    'scripts/a.ts',
    'server/src/helpers/a.ts',
    'server/src/domains/unheard-of/a.ts',
    'server/src/domains/a.ts',
    'server/src/adapters/fax/a.ts',
    'loose.ts',
  ])('%s lies in no room of the house', (path) => {
    const findings = checkRooms(modulesOf({ [path]: '' }), []);
    expect(findings.map(({ rule }) => rule)).toEqual(['unknown-room']);
  });
});

describe('cycles', () => {
  test('a cycle through values is reported once, with its round', () => {
    const modules = modulesOf({
      'kernel/a.ts': `import { b } from './b.ts';`,
      'kernel/b.ts': `import { c } from './c.ts';`,
      'kernel/c.ts': `import { a } from './a.ts';`,
      'kernel/d.ts': `import { a } from './a.ts';`,
    });
    expect(checkCycles(modules).map(({ message }) => message)).toEqual([
      'import cycle: kernel/a.ts -> kernel/b.ts -> kernel/c.ts -> kernel/a.ts',
    ]);
  });

  test('a cycle through a type, a re-export or a module that imports itself is one too', () => {
    const byType = modulesOf({
      'kernel/a.ts': `import type { B } from './b.ts';`,
      'kernel/b.ts': `export * from './a.ts';`,
    });
    expect(checkCycles(byType)).toHaveLength(1);
    expect(checkCycles(modulesOf({ 'kernel/a.ts': `import { a } from './a.ts';` }))).toHaveLength(
      1,
    );
  });

  test('two ways to one module are no cycle, and two knots are two findings', () => {
    const diamond = modulesOf({
      'kernel/a.ts': `import './b.ts'; import './c.ts';`,
      'kernel/b.ts': `import './d.ts';`,
      'kernel/c.ts': `import './d.ts';`,
      'kernel/d.ts': '',
    });
    expect(checkCycles(diamond)).toEqual([]);
    const knots = modulesOf({
      'kernel/a.ts': `import './b.ts'; import './c.ts';`,
      'kernel/b.ts': `import './a.ts';`,
      'kernel/c.ts': `import './d.ts';`,
      'kernel/d.ts': `import './c.ts';`,
    });
    expect(checkCycles(knots)).toHaveLength(2);
  });
});

describe('pure files', () => {
  const plans = 'server/src/domains/plans';
  const usage = 'server/src/domains/usage';

  function impurities(files: Readonly<Record<string, string>>): string[] {
    return checkPurity(modulesOf(files)).map(({ path, message }) => `${path}: ${message}`);
  }

  test.each([
    `import { findPlan } from './store.ts';`,
    `import type { Row } from './store-prices.ts';`,
    `import { publish } from './service.ts';`,
    `import { createHash } from 'node:crypto';`,
  ])('a decide file does not hold: %s', (text) => {
    const files = {
      [`${plans}/store.ts`]: '',
      [`${plans}/store-prices.ts`]: '',
      [`${plans}/service.ts`]: '',
    };
    expect(impurities({ ...files, [`${plans}/decide-change.ts`]: text })).toHaveLength(1);
    expect(impurities({ ...files, [`${plans}/other.ts`]: text })).toEqual([]);
    expect(impurities({ ...files, [`${plans}/decide-change.test.ts`]: text })).toEqual([]);
  });

  test('the marker on line 1 and the whole of entitlements make files pure', () => {
    const text = `import { createHash } from 'node:crypto';`;
    expect(impurities({ [`${plans}/price.ts`]: `// pure\n${text}` })).toHaveLength(1);
    expect(impurities({ [`${plans}/price.ts`]: `${text}\n// pure` })).toEqual([]);
    expect(impurities({ 'server/src/domains/entitlements/grant.ts': text })).toHaveLength(1);
    expect(impurities({ 'server/src/domains/entitlements/index.ts': text })).toEqual([]);
  });

  test('what a pure file imports must not reach a store either, unless only types are left', () => {
    const store = { [`${plans}/store.ts`]: '' };
    const decide = { [`${plans}/decide-change.ts`]: `import { x } from './plan.ts';` };
    const byValue = { [`${plans}/plan.ts`]: `import { y } from './store.ts';` };
    const byType = { [`${plans}/plan.ts`]: `import type { Y } from './store.ts';` };
    expect(impurities({ ...store, ...decide, ...byValue })).toEqual([
      `${plans}/decide-change.ts: a pure file reaches ${plans}/plan.ts -> ${plans}/store.ts`,
    ]);
    expect(impurities({ ...store, ...decide, ...byType })).toEqual([]);
  });

  test("another domain's pure function is reached through the door beside its store", () => {
    const door = {
      [`${plans}/index.ts`]: `export { priceOf } from './price.ts';
        export { findPlan } from './store.ts';
        export * from './plan.ts';`,
      [`${plans}/price.ts`]: 'export function priceOf() {}',
      [`${plans}/plan.ts`]: 'export function isFree() {}',
      [`${plans}/store.ts`]: 'export function findPlan() {}',
    };
    const decide = (name: string) => ({
      [`${usage}/decide-booking.ts`]: `import { ${name} } from '../plans/index.ts';`,
    });
    expect(impurities({ ...door, ...decide('priceOf') })).toEqual([]);
    expect(impurities({ ...door, ...decide('isFree') })).toEqual([]);
    expect(impurities({ ...door, ...decide('findPlan') })).toHaveLength(1);
    expect(impurities({ ...door, ...decide('priceOf, findPlan') })).toHaveLength(1);
  });
});
