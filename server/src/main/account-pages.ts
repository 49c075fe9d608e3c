import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RawAnswer, RawRequest, RawRoute } from '../platform/routes.ts';

const DIST_URL = new URL('../../../web/account/dist/', import.meta.url);

/** Every view is the same page, which looks at its own address. */
const VIEWS = ['', '/plans', '/return', '/change', '/cancel'];

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What has its content in its name never changes. */
const FOREVER = 'public, max-age=31536000, immutable';
const AN_HOUR = 'public, max-age=3600';

/**
 * The customers' pages and the script that shows prices on other sites, from what `npm run build`
 * has made. Files are read here, once; where there are none, the pages say how to get them.
 */
export function accountPageRoutes(dist: URL = DIST_URL): RawRoute[] {
  const index = new URL('index.html', dist);
  if (!existsSync(index)) return unbuiltRoutes();
  const page = fileAnswer(index, 'no-store');
  return [
    ...VIEWS.map((view) => get(`/account${view}`, page)),
    ...readdirSync(new URL('assets/', dist)).map((name) =>
      get(`/account/assets/${name}`, fileAnswer(new URL(`assets/${name}`, dist), FOREVER)),
    ),
    get(EMBED_PATH, fileAnswer(new URL('embed/pricing.js', dist), AN_HOUR, FOR_OTHER_SITES)),
  ];
}

const EMBED_PATH = '/embed/pricing.js';
const FOR_OTHER_SITES = { 'cross-origin-resource-policy': 'cross-origin' };

type Answerer = (request: RawRequest) => RawAnswer;

function get(path: string, answer: Answerer): RawRoute {
  return {
    method: 'GET',
    path,
    scope: 'public',
    handler: (request) => Promise.resolve(answer(request)),
  };
}

function fileAnswer(file: URL, caching: string, more: Record<string, string> = {}): Answerer {
  const plain = readFileSync(file);
  const packed = gzipSync(plain, { level: 9 });
  const headers = {
    'content-type': TYPES[extname(file.pathname)] ?? 'application/octet-stream',
    'cache-control': caching,
    'vary': 'accept-encoding',
    ...more,
  };
  const short = { ...headers, 'content-encoding': 'gzip' };
  return (request) =>
    /\bgzip\b/.test(request.header('accept-encoding') ?? '')
      ? { status: 200, headers: short, body: packed }
      : { status: 200, headers, body: plain };
}

const UNBUILT = 'The account pages have not been built. Run: npm run build, and start again.\n';

function unbuiltRoutes(): RawRoute[] {
  const headers = { 'content-type': 'text/plain; charset=utf-8' };
  const answer = (): RawAnswer => ({ status: 503, headers, body: UNBUILT });
  return [...VIEWS.map((view) => `/account${view}`), EMBED_PATH].map((path) => get(path, answer));
}
