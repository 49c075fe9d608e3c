import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{kernel,server,sdk,stripe-sandbox,tools,examples,bench}/**/*.test.ts'],
    environment: 'node',
    // Node runs the sources itself, as it does when they serve: no other compiler stands between.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // A process for each file: a test may kill, leak or block without harming another file.
    pool: 'forks',
    execArgv: ['--conditions=@whisperforge/source'],
    // Bounded, since each worker brings connections to the one Postgres that all share.
    maxWorkers: Math.min(8, Math.max(2, availableParallelism())),
    globalSetup: ['server/test/support/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
