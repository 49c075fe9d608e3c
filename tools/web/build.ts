/** `npm run build`: makes the pages of customers and staff, whether or not they are up to date. */
import { buildPages } from './pages.ts';

await buildPages();
