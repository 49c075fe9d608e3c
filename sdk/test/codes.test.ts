import { glob, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const sdk = resolve(import.meta.dirname, '..');
const read = (path: string): Promise<string> => readFile(resolve(sdk, path), 'utf8');

function found(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, code = '']) => code);
}

it('documents the codes that its types name, each of which the service has', async () => {
  const [, union = ''] = /export type ErrorCode =([^;]*);/.exec(await read('src/errors.ts')) ?? [];
  const typed = found(union, /'(\w+)'/g);
  expect(typed.length).toBeGreaterThan(0);

  const [, table = ''] = /\| `code` [^]*?\n([^]*?)\n\n/.exec(await read('README.md')) ?? [];
  const firstCells = found(table, /^\|([^|]*)\|/gm).join(' ');
  expect(found(firstCells, /`(\w+)`/g).toSorted()).toEqual(typed.toSorted());

  const known = new Set<string>();
  const sources = resolve(sdk, '../server/src');
  for await (const file of glob('**/errors.ts', { cwd: sources })) {
    const text = await readFile(resolve(sources, file), 'utf8');
    for (const code of found(text, /code: '(\w+)'/g)) known.add(code);
  }
  expect(typed.filter((code) => !known.has(code))).toEqual([]);
});
