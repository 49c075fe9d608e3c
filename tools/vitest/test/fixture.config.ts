import { defineConfig } from 'vitest/config';

/** For runs inside the tests of `npm test` itself: no cluster, and only the files named here. */
export default defineConfig({
  test: { include: ['tools/vitest/test/*.fixture.ts'] },
});
