import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const DIST = new URL('../dist/', import.meta.url);
const MOST_BYTES = 250 * 1024;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
}

const chunks = JSON.parse(readFileSync(new URL('.vite/manifest.json', DIST), 'utf8')) as Readonly<
  Record<string, Chunk>
>;

/** A chunk with all that is loaded before it runs. */
function withImports(name: string, found = new Set<string>()): Set<string> {
  if (found.has(name)) return found;
  found.add(name);
  for (const other of chunks[name]?.imports ?? []) withImports(other, found);
  return found;
}

function compressedBytes(names: Iterable<string>): number {
  let bytes = 0;
  for (const name of names) {
    bytes += gzipSync(readFileSync(new URL(chunks[name]!.file, DIST)), { level: 9 }).length;
  }
  return bytes;
}

test('the first load is at most 250 KB of compressed script', () => {
  const entry = withImports('index.html');
  expect(entry.size).toBeGreaterThan(1);
  expect(compressedBytes(entry)).toBeLessThanOrEqual(MOST_BYTES);
});

test('with the list of users, where everybody comes in, it is still less', () => {
  const first = withImports('src/areas/users/users.tsx', withImports('index.html'));
  expect(compressedBytes(first)).toBeLessThanOrEqual(MOST_BYTES);
});

test('views are loaded when somebody goes there', () => {
  const lazy = chunks['index.html']?.dynamicImports ?? [];
  expect(lazy).toContain('src/areas/users/users.tsx');
  expect(lazy).toContain('src/areas/profile/profile.tsx');
  expect(lazy).toContain('src/areas/me/security.tsx');
});
