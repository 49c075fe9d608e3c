import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RawAnswer, RawRequest, RawRoute } from '../../platform/routes.ts';

/** What `npm run build` has made of one of the folders under `web/`. */
export function builtFolder(name: string): URL {
  return new URL(`../../../../web/${name}/dist/`, import.meta.url);
}

export type Answerer = (request: RawRequest) => RawAnswer;

export function get(path: string, answer: Answerer): RawRoute {
  return {
    method: 'GET',
    path,
    scope: 'public',
    handler: (request) => Promise.resolve(answer(request)),
  };
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What has its content in its name never changes. */
const FOREVER = 'public, max-age=31536000, immutable';

interface BuiltFile {
  readonly plain: Buffer;
  packed: Buffer | undefined;
}

/** As last read, by address: several routes answer with one file, as do servers of one process. */
const files = new Map<string, BuiltFile>();

function readBuiltFile(file: URL): BuiltFile {
  const plain = readFileSync(file);
  const known = files.get(file.href);
  if (known?.plain.equals(plain) === true) return known;
  const read: BuiltFile = { plain, packed: undefined };
  files.set(file.href, read);
  return read;
}

/** A file is read here, and packed when somebody first wants it so; once each. */
export function fileAnswer(
  file: URL,
  caching: string,
  more: Readonly<Record<string, string>> = {},
): Answerer {
  const read = readBuiltFile(file);
  const { plain } = read;
  const pack = (): Buffer => (read.packed ??= gzipSync(plain, { level: 9 }));
  const headers = {
    'content-type': TYPES[extname(file.pathname)] ?? 'application/octet-stream',
    'cache-control': caching,
    'vary': 'accept-encoding',
    ...more,
  };
  const short = { ...headers, 'content-encoding': 'gzip' };
  return (request) =>
    /\bgzip\b/.test(request.header('accept-encoding') ?? '')
      ? { status: 200, headers: short, body: pack() }
      : { status: 200, headers, body: plain };
}

/** All that the pages of `dist` load, each with its content in its name. */
export function assetRoutes(dist: URL, prefix: string): RawRoute[] {
  const assets = new URL('assets/', dist);
  return readdirSync(assets).map((name) =>
    get(`${prefix}/assets/${name}`, fileAnswer(new URL(name, assets), FOREVER)),
  );
}

export function isBuilt(dist: URL): boolean {
  return existsSync(new URL('index.html', dist));
}

/** Where nothing has been built, every path says how to get it. */
export function unbuiltRoutes(what: string, paths: readonly string[]): RawRoute[] {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const body = `${what} not been built. Run: npm run build, and start again.\n`;
  return paths.map((path) => get(path, () => ({ status: 503, headers, body })));
}
