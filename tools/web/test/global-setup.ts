import { ensurePages } from '../pages.ts';

/** Once for a whole run, so that the tests of pages see the pages as they are. */
export async function setup(): Promise<void> {
  await ensurePages(() => undefined);
}
