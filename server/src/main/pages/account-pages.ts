import type { RawRoute } from '../../platform/routes.ts';
import {
  assetRoutes,
  builtFolder,
  fileAnswer,
  get,
  isBuilt,
  unbuiltRoutes,
} from './built-files.ts';

/** Every view is the same page, which looks at its own address. */
const VIEWS = ['', '/plans', '/return', '/change', '/cancel'];
const OF_CUSTOMERS = VIEWS.map((view) => `/account${view}`);

/** Where staff see it as a customer does; the page asks what they may see, and does nothing. */
const SEEN_BY_STAFF = VIEWS.map((view) => `/account/seen/{user}${view}`);
const WITHIN_THE_PORTAL = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'self'",
};

const AN_HOUR = 'public, max-age=3600';
const EMBED_PATH = '/embed/pricing.js';
const FOR_OTHER_SITES = { 'cross-origin-resource-policy': 'cross-origin' };

/** The customers' pages and the script that shows prices on other sites. */
export function accountPageRoutes(dist: URL = builtFolder('account')): RawRoute[] {
  if (!isBuilt(dist)) {
    return unbuiltRoutes('The account pages have', [...OF_CUSTOMERS, ...SEEN_BY_STAFF, EMBED_PATH]);
  }
  const file = new URL('index.html', dist);
  const page = fileAnswer(file, 'no-store');
  return [
    ...OF_CUSTOMERS.map((view) => get(view, page)),
    ...SEEN_BY_STAFF.map((view) => get(view, fileAnswer(file, 'no-store', WITHIN_THE_PORTAL))),
    ...assetRoutes(dist, '/account'),
    get(EMBED_PATH, fileAnswer(new URL('embed/pricing.js', dist), AN_HOUR, FOR_OTHER_SITES)),
  ];
}
