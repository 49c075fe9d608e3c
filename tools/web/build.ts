/** `npm run build`: makes the customers' pages, whether or not they are up to date. */
import { buildAccountPages } from './account-pages.ts';

await buildAccountPages();
