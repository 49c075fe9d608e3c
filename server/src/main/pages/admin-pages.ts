import { readFileSync } from 'node:fs';
import { randomText } from '@whisperforge/kernel/ids';
import type { RawRoute } from '../../platform/routes.ts';
import {
  assetRoutes,
  builtFolder,
  get,
  isBuilt,
  unbuiltRoutes,
  type Answerer,
} from './built-files.ts';

/**
 * The areas of the portal. The page itself reads the rest of an address, so that every view can be
 * linked to; `/admin/v1` and `/admin/oidc` are none, and what they do not know is not found.
 */
const AREAS = [
  'sign-in',
  'invitations',
  'password-resets',
  'users',
  'bulk-deeds',
  'plans',
  'pricing',
  'insights',
  'operations',
  'audit',
  'staff',
  'settings',
  'me',
];

const VIEWS = [
  '/admin',
  '/admin/',
  ...AREAS.flatMap((area) => [`/admin/${area}`, `/admin/${area}/*`]),
];

/** What the build has written where an answer's own nonce goes. */
const NONCE_MARK = '__CSP_NONCE__';
const NONCE_LENGTH = 26;

/** The staff's portal. */
export function adminPageRoutes(dist: URL = builtFolder('admin')): RawRoute[] {
  if (!isBuilt(dist)) return unbuiltRoutes('The staff portal has', VIEWS);
  const page = pageAnswer(new URL('index.html', dist));
  return [...VIEWS.map((view) => get(view, page)), ...assetRoutes(dist, '/admin')];
}

/**
 * Scripts come from our own files alone. Styles do too, and from the few elements that Mantine
 * makes as it runs, which carry a nonce that is another in every answer; inline ones are refused.
 */
function pageAnswer(file: URL): Answerer {
  const page = readFileSync(file, 'utf8');
  return () => {
    const nonce = randomText(NONCE_LENGTH);
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policy(nonce),
      'cross-origin-opener-policy': 'same-origin',
    };
    return { status: 200, headers, body: page.replaceAll(NONCE_MARK, nonce) };
  };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    // The customer's own page, as staff see it.
    "frame-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
