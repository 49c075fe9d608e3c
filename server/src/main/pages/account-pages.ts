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
const VIEWS = ['', '/plans', '/return', '/change', '/cancel'].map((view) => `/account${view}`);

const AN_HOUR = 'public, max-age=3600';
const EMBED_PATH = '/embed/pricing.js';
const FOR_OTHER_SITES = { 'cross-origin-resource-policy': 'cross-origin' };

/** The customers' pages and the script that shows prices on other sites. */
export function accountPageRoutes(dist: URL = builtFolder('account')): RawRoute[] {
  if (!isBuilt(dist)) return unbuiltRoutes('The account pages have', [...VIEWS, EMBED_PATH]);
  const page = fileAnswer(new URL('index.html', dist), 'no-store');
  return [
    ...VIEWS.map((view) => get(view, page)),
    ...assetRoutes(dist, '/account'),
    get(EMBED_PATH, fileAnswer(new URL('embed/pricing.js', dist), AN_HOUR, FOR_OTHER_SITES)),
  ];
}
