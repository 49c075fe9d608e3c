import { expect, test } from 'vitest';
import { readModules } from '../modules.ts';
import { rankedFolders, type RankedFolder } from './house.ts';
import { checkRanks } from './ranks.ts';

const shop: readonly RankedFolder[] = [
  { folder: 'shop/src', ranks: ['clock.ts', 'goods', 'sales'] },
];

/** What is found where `text` is in the module at `path` and every rank has a module. */
function findingsOf(path: string, text: string, folders = shop): string[] {
  const files = new Map<string, string>();
  for (const { folder, ranks } of folders) {
    for (const rank of ranks) {
      files.set(`${folder}/${rank.endsWith('.ts') ? rank : `${rank}/any.ts`}`, '');
    }
  }
  files.set(path, text);
  return checkRanks(readModules(files), folders).map(
    ({ path: at, line, rule, message }) => `${at}:${line} ${rule}: ${message}`,
  );
}

test('a part that imports a higher one is found with its line, be it only a type', () => {
  const text = `import '../clock.ts';\nimport type { Sale } from '../sales/any.ts';`;
  expect(findingsOf('shop/src/goods/good.ts', text)).toEqual([
    'shop/src/goods/good.ts:2 ranks: goods ranks below sales in shop/src and does not import ' +
      'shop/src/sales/any.ts',
  ]);
  expect(findingsOf('shop/src/clock.ts', `export * from './goods/any.ts';`)).toHaveLength(1);
});

test('a part knows itself, what is lower and what is elsewhere; a test knows all', () => {
  const lower = `import './sale.ts'; import '../goods/any.ts'; import '../../other.ts';`;
  const upward = `import '../sales/any.ts';`;
  expect(findingsOf('shop/src/sales/any.ts', lower)).toEqual([]);
  expect(findingsOf('shop/src/goods/good.test.ts', upward)).toEqual([]);
});

test('a part without a rank is found, and so is a rank without a part', () => {
  expect(findingsOf('shop/src/stock/any.ts', '')).toEqual([
    'shop/src/stock/any.ts:1 unranked: stock has no rank in shop/src; give it one in ' +
      'tools/check/boundaries/house.ts',
  ]);
  const files = new Map([['shop/src/clock.ts', '']]);
  const rules = checkRanks(readModules(files), shop).map(({ rule }) => rule);
  expect(rules).toEqual(['empty-rank', 'empty-rank']);
});

test.each([
  ['payments/refund.ts', '../billing/invoices/any.ts'],
  ['billing/invoices/any.ts', '../../resources/any.ts'],
  ['pages/any.ts', '../resources/any.ts'],
  ['http/api.ts', '../events/any.ts'],
  ['control/any.ts', '../resources/any.ts'],
  ['billing/invoices/pay.ts', '../subscriptions/any.ts'],
  ['billing/subscriptions/any.ts', '../invoice-requests/any.ts'],
])('in the payment sandbox %s does not import %s', (path, specifier) => {
  const found = findingsOf(`stripe-sandbox/src/${path}`, `import '${specifier}';`, rankedFolders);
  expect(found.filter((each) => each.includes(' ranks: '))).toHaveLength(1);
});
