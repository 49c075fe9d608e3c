import { Visitor } from 'oxc-parser';
import type { Expression, Super } from 'oxc-parser';
import { domainOf } from '../boundaries/house.ts';
import type { Finding } from '../finding.ts';
import type { Module, Modules } from '../modules.ts';
import { findSql } from '../sql/sightings.ts';
import { isGenerated, isTest } from '../tree.ts';
import { isConfiguration } from './configuration.ts';

/** Habits that need the program's structure to be seen, so that prose about them passes. */
export function checkCode(modules: Modules): Finding[] {
  const findings: Finding[] = [];
  for (const module of modules.values()) {
    if (isGenerated(module.path)) continue;
    findings.push(
      ...checkModule(module),
      ...checkFocus(module),
      ...checkEnvironment(module),
      ...checkBusinessClock(module),
    );
  }
  return findings;
}

/** Code that ships, as against tests, tools and examples. */
function ships(path: string): boolean {
  return /^(?:kernel|server\/src|sdk\/src|web|stripe-sandbox)\//.test(path) && !isTest(path);
}

const clockFiles = new Set(['kernel/clock.ts', 'sdk/src/clock.ts', 'stripe-sandbox/src/clock.ts']);
const moneyWords = /cents|minor|amount|price|cost|money|revenue|mrr|fee|paid|charge|invoice|total/i;

function checkModule(module: Module): Finding[] {
  const { path } = module;
  const findings: Finding[] = [];
  const add = (offset: number, rule: string, message: string): void => {
    findings.push({ path, line: module.lineAt(offset), rule, message });
  };
  const shipped = ships(path);
  const textOf = (node: { start: number; end: number }): string =>
    module.text.slice(node.start, node.end);
  new Visitor({
    NewExpression(node) {
      if (!shipped || clockFiles.has(path) || !isName(node.callee, 'Date')) return;
      // The SDK has no kernel to convert instants for it, so there it may, but not read the clock.
      if (path.startsWith('sdk/') && node.arguments.length > 0) return;
      add(node.start, 'clock', 'only the clock makes dates; pass `now` in');
    },
    MemberExpression(node) {
      const object = node.object;
      const member = node.property.type === 'Identifier' ? node.property.name : '';
      if (shipped && !clockFiles.has(path) && isName(object, 'Date') && member === 'now') {
        add(node.start, 'clock', 'only the clock reads the time; pass `now` in');
      }
      if (shipped && isName(object, 'Temporal') && path !== 'kernel/period.ts') {
        add(node.start, 'calendar', 'calendar arithmetic lies in kernel/period.ts');
      }
      if (/^(?:kernel|server\/src)\//.test(path) && isName(object, 'Math') && member === 'random') {
        add(node.start, 'random', 'chance comes from kernel/ids.ts or from a seed');
      }
    },
    CallExpression(node) {
      const callee = node.callee;
      if (isName(callee, 'setTimeout') && sleeps(path)) {
        add(node.start, 'sleep', 'a test awaits a condition or an event, not a time');
      }
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      const method = callee.property.name;
      if (isName(callee.object, 'vi') && /^(?:do)?mock$/i.test(method)) {
        add(node.start, 'mock', 'tests run our own code, not a mock of it');
      }
    },
    ImportDeclaration(node) {
      if (/^(?:node:)?timers\/promises$/.test(node.source.value) && sleeps(path)) {
        add(node.start, 'sleep', 'a test awaits a condition or an event, not a time');
      }
    },
    BinaryExpression(node) {
      const divides = node.operator === '/' && isNumber(node.right, 100);
      const multiplies = node.operator === '*' && isNumber(node.right, 0.01);
      if (shipped && (divides || multiplies) && moneyWords.test(textOf(node.left))) {
        add(node.start, 'money', 'minor units are not divided; kernel/money.ts knows the exponent');
      }
    },
    TSEnumDeclaration(node) {
      add(node.start, 'enum', 'a union of literals needs no code at run time');
    },
  }).visit(module.program);
  return findings;
}

/** Helpers under test/support may poll; a test itself may not. */
function sleeps(path: string): boolean {
  return isTest(path) && !path.includes('/support/');
}

const focusable = new Set(['test', 'it', 'describe', 'suite', 'bench']);

/** A focused test hides all others, and a skipped one guards nothing. */
function checkFocus(module: Module): Finding[] {
  if (!isTest(module.path)) return [];
  const findings: Finding[] = [];
  new Visitor({
    MemberExpression(node) {
      const member = node.property.type === 'Identifier' ? node.property.name : '';
      if (!['only', 'skip', 'todo', 'fails'].includes(member) || !isTestFunction(node.object))
        return;
      const message = `.${member} does not stay`;
      const line = module.lineAt(node.start);
      findings.push({ path: module.path, line, rule: 'focus', message });
    },
  }).visit(module.program);
  return findings;
}

function isTestFunction(node: Expression): boolean {
  if (node.type === 'Identifier') return focusable.has(node.name);
  if (node.type === 'CallExpression') return isTestFunction(node.callee);
  return node.type === 'MemberExpression' && isTestFunction(node.object);
}

/**
 * The environment is read in one file, where all of it is checked at once. The entries in `main/`
 * hand it over whole, and may not look into it.
 */
function checkEnvironment(module: Module): Finding[] {
  const { path } = module;
  if (!ships(path) || isConfiguration(path)) return [];
  const handsOver = path.startsWith('server/src/main/');
  const findings: Finding[] = [];
  const add = (offset: number): void => {
    const message = 'the environment is read in server/src/main/config.ts';
    findings.push({ path, line: module.lineAt(offset), rule: 'environment', message });
  };
  new Visitor({
    MemberExpression(node) {
      if (handsOver ? isEnvironment(node.object) : isEnvironment(node)) add(node.start);
    },
    VariableDeclarator(node) {
      if (node.id.type !== 'ObjectPattern' || node.init === null) return;
      if (isName(node.init, 'process') || isEnvironment(node.init)) add(node.start);
    },
    ImportDeclaration(node) {
      if (/^(?:node:)?process$/.test(node.source.value)) add(node.start);
    },
  }).visit(module.program);
  return findings;
}

function isEnvironment(node: Expression | Super): boolean {
  if (node.type !== 'MemberExpression' || !isName(node.object, 'process')) return false;
  return isName(node.property, 'env') || (node.computed && isText(node.property, 'env'));
}

/**
 * A business instant is passed in, so that the clock of tests and simulations is the only one.
 * `clock_timestamp()` and `statement_timestamp()` are left for technical ones, such as the end of a
 * lease, on which several machines must agree whatever time the business lives in.
 */
function checkBusinessClock(module: Module): Finding[] {
  if (domainOf(module.path) === undefined || isTest(module.path)) return [];
  const clock = /\b(?:now|transaction_timestamp)\s*\(\s*\)/i;
  const constant = /\bcurrent_(?:timestamp|date|time)\b/i;
  return findSql(module)
    .filter(({ text }) => clock.test(text) || constant.test(text))
    .map(({ line }) => ({
      path: module.path,
      line,
      rule: 'clock',
      message: "SQL does not read the database's clock; pass `now` in",
    }));
}

function isName(node: { readonly type: string; readonly name?: unknown }, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function isText(node: { readonly type: string; readonly value?: unknown }, text: string): boolean {
  return node.type === 'Literal' && node.value === text;
}

function isNumber(
  node: { readonly type: string; readonly value?: unknown },
  value: number,
): boolean {
  return node.type === 'Literal' && node.value === value;
}
