import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const everyRoute = 'stripe-sandbox/test/routes/every-route.test.ts';

export default defineConfig({
  test: {
    environment: 'node',
    // Node runs the sources itself, as it does when they serve: no other compiler stands between.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // A process for each file: a test may kill, leak or block without harming another file.
    pool: 'forks',
    execArgv: ['--conditions=@whisperforge/source'],
    // Bounded, since each worker brings connections to the one Postgres that all share.
    maxWorkers: Math.min(8, Math.max(2, availableParallelism())),
    globalSetup: ['stripe-sandbox/test/routes/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One run with one summary. Postgres is started only where a test of the first is run.
    projects: [
      {
        test: {
          name: 'system',
          include: ['{kernel,server,sdk,tools,examples,bench,web}/**/*.test.ts'],
          globalSetup: ['tools/web/test/global-setup.ts', 'server/test/support/global-setup.ts'],
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['stripe-sandbox/{src,test}/**/*.test.ts'],
          exclude: [everyRoute],
          setupFiles: ['stripe-sandbox/test/routes/keep-answers.ts'],
        },
      },
      {
        test: {
          name: 'sandbox routes',
          include: [everyRoute],
          // It looks at what the others have left, so it comes after them.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
