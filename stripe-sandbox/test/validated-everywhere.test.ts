import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, expectTypeOf, test } from 'vitest';
import type { Answer } from '../src/http/wire/answers.ts';
import type { Route } from '../src/http/routes.ts';

const cwd = resolve(import.meta.dirname, '..');

/** Paths of the workspace whose text has something in it. */
function having(pattern: RegExp, paths: readonly string[]): string[] {
  return paths.filter((path) => pattern.test(readFileSync(resolve(cwd, path), 'utf8'))).toSorted();
}

const all = globSync('{src,test}/**/*.ts', { cwd });
const isOfTests = (path: string): boolean => /\.(?:test|fixture)\.ts$|(?:^|\/)test\//.test(path);

/** What starts a sandbox, or talks to one, without holding its answers against the SDK's types. */
const PLAIN = /^import \{[^}]*\bstartSandbox\b|\bnew Stripe\(/m;

/** Why these may. */
const plain: Readonly<Record<string, string>> = {
  'src/http/hostile.test.ts': 'what it sends is no request of the API',
  'src/http/hostile/wire.test.ts': 'what it sends at the socket is no request of the API',
  'src/kill/process.fixture.ts': 'the process that is killed; who asks it judges its answers',
  'src/kill/victim.fixture.ts': 'its answers equal those of its twin, which are judged',
  'test/lives/world/clients.ts': 'asks without a socket; judge.ts holds the answers',
  'test/thousand-customers.ts': 'it measures the sandbox, and judging takes longer than answering',
  'test/validated.fixture.ts': 'it is what judges',
};

test('every test holds what the sandbox answers against the SDK’s types, or says why not', () => {
  const found = having(PLAIN, all.filter(isOfTests));
  expect(found.filter((path) => plain[path] === undefined)).toEqual([]);
});

/** Why these do. */
const cast: Readonly<Record<string, string>> = {
  'src/engine/collection.ts': 'one map keeps the collections of all types of rows',
  'src/engine/store.ts': 'one map keeps the collections of all types of rows',
  'src/money/decimal.ts': 'the SDK’s decimals are texts on the wire',
};

test('nothing is made an object of Stripe’s by saying so', () => {
  const found = having(
    /\bas unknown as\b|\bas never\b/,
    all.filter((path) => !isOfTests(path)),
  );
  expect(found.filter((path) => cast[path] === undefined)).toEqual([]);
});

test('a route of the API answers objects of the SDK’s and lists of them, by its type', () => {
  expectTypeOf<ReturnType<Route['run']>>().toEqualTypeOf<Answer>();
  expectTypeOf<object>().not.toExtend<Answer>();
  expectTypeOf<{ id: string; object: 'customer' }>().not.toExtend<Answer>();
  expectTypeOf<{
    object: 'list';
    data: object[];
    has_more: false;
    url: '';
  }>().not.toExtend<Answer>();
});
