import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, by what `npm test` has printed; it begins first, so that the run does not end
 * with one worker on a long file and the others idle.
 */
export const LONGEST_FIRST: readonly string[] = [
  'server/test/scenarios/payments/order/every-order.test.ts',
  'server/test/simulation/first-seeds.test.ts',
  'server/test/simulation/further-seeds.test.ts',
  'web/admin/test/appearance.test.ts',
  'tools/start.test.ts',
  'stripe-sandbox/test/browser/appearance.test.ts',
  'web/account/test/appearance.test.ts',
  'web/account/test/account.test.ts',
  'server/test/scenarios/faults/kill-server.test.ts',
  'server/test/scenarios/payments/chaos/chaos.test.ts',
  'server/src/domains/billing/checkout/faults.test.ts',
  'server/src/domains/billing/import/import.test.ts',
  'server/test/scenarios/payments/pages/account-pages.test.ts',
  'server/src/jobs/worker.test.ts',
  'stripe-sandbox/test/cli-triggers.test.ts',
  'server/test/scenarios/time/time.test.ts',
  'server/src/main/serve.test.ts',
  'bench/bench.test.ts',
];

/** The projects as they are configured, the longest first in each; the rest as vitest orders it. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const ordered = await BaseSequencer.prototype.sort.call(this, files);
    return this.ctx.projects.flatMap((project) =>
      ordered
        .filter((file) => file.project === project)
        .toSorted((one, other) => placeOf(one) - placeOf(other)),
    );
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const place = LONGEST_FIRST.findIndex((path) => moduleId.endsWith(`/${path}`));
  return place === -1 ? LONGEST_FIRST.length : place;
}
