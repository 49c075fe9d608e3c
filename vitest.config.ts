import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';
import { LongestFirst } from './tools/vitest/order.ts';

const services = [
  '{kernel,server/src/{adapters,domains,http,platform}}/**/*.test.ts',
  'server/src/main/{compose,pages}/*.test.ts',
  'server/src/main/{cli,config,first-owner,settings}.test.ts',
  'server/src/main/commands/**/*.test.ts',
];
// What else has databases and servers of its own, and kills none of them.
const gentle = [
  '{web,sdk,examples,tools/{browser,check,generate,vitest,web}}/**/*.test.ts',
  'bench/{load,report,sandbox}/**/*.test.ts',
  'tools/start/summary.test.ts',
  'server/src/jobs/**/*.test.ts',
  'server/test/{simulation,scenarios/{revenue,time}}/**/*.test.ts',
  'server/test/{support,scenarios/{concurrency,input,journey,support}}/*.test.ts',
  'server/test/scenarios/payments/*.test.ts',
  'server/test/scenarios/payments/{journey,order,pages}/*.test.ts',
];
const withPostgres = ['tools/web/test/global-setup.ts', 'server/test/support/global-setup.ts'];
const everyRoute = 'stripe-sandbox/test/routes/every-route.test.ts';

export default defineConfig({
  test: {
    environment: 'node',
    // Node runs the sources itself, as it does when they serve: no other compiler stands between.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // A process for each file: a test may kill, leak or block without harming another file. Where
    // a project says otherwise, its files have databases and servers of their own and leave nothing
    // behind, so that a worker loads what they test once for all of them: two seconds a file.
    pool: 'forks',
    // And the room for young objects that a server has.
    execArgv: ['--conditions=@whisperforge/source', '--max-semi-space-size=64'],
    // A server is a thousand files, and each process that loads them need not compile them again.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
    // One more than there are cores, since some wait for a process, a page or an outage to end.
    // Bounded, since each worker brings connections to the one Postgres that all share.
    maxWorkers: Math.min(8, availableParallelism() + 1),
    sequence: { sequencer: LongestFirst },
    globalSetup: ['stripe-sandbox/test/routes/global-setup.ts'],
    // For a test that hangs, and not for one on a machine that has much else to do.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // One run with one summary. They begin in this order, and Postgres is started only where a
    // test needs it.
    projects: [
      {
        test: {
          name: 'system',
          include: ['{kernel,server,sdk,tools,examples,bench,web}/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...services, ...gentle],
          globalSetup: withPostgres,
        },
      },
      {
        test: {
          name: 'gentle',
          include: gentle,
          globalSetup: withPostgres,
          isolate: false,
        },
      },
      {
        test: {
          name: 'sandbox',
          include: ['stripe-sandbox/{src,test}/**/*.test.ts'],
          exclude: [everyRoute],
          setupFiles: ['stripe-sandbox/test/routes/keep-answers.ts'],
          isolate: false,
        },
      },
      {
        test: {
          name: 'services',
          include: services,
          globalSetup: withPostgres,
          isolate: false,
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
