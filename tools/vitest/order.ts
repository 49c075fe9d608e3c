import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * What takes longest, by what `npm test` has printed; it begins first, so that the run does not end
 * with one worker on a long file and the others idle.
 */
export const LONGEST_FIRST: readonly string[] = [
  'tools/start.test.ts',
  'server/test/scenarios/payments/chaos/chaos.test.ts',
  'server/test/scenarios/faults/kill-server.test.ts',
  'server/src/main/serve.test.ts',
  'bench/bench.test.ts',
  'server/test/scenarios/faults/postgres-stopped.test.ts',
  'server/test/scenarios/payments/intake/outages.test.ts',
  'server/test/scenarios/input/fuzz.test.ts',
  'server/test/scenarios/faults/shutdown.test.ts',
  'server/test/scenarios/faults/kill-postgres.test.ts',
  'server/test/scenarios/concurrency/reservations-race.test.ts',
  'web/admin/test/appearance.test.ts',
  'server/test/scenarios/payments/order/every-order.test.ts',
  'server/test/simulation/first-seeds.test.ts',
  'server/test/simulation/further-seeds.test.ts',
  'web/admin/test/plans-appearance.test.ts',
  'web/admin/test/pricing-appearance.test.ts',
  'web/admin/test/money.test.ts',
  'web/admin/test/metrics/appearance.test.ts',
  'web/admin/test/money-deeds.test.ts',
  'web/account/test/appearance.test.ts',
  'server/test/scenarios/payments/pages/account-pages.test.ts',
  'web/admin/test/plans.test.ts',
  'web/admin/test/metrics/insights.test.ts',
  'stripe-sandbox/test/browser/appearance.test.ts',
  'stripe-sandbox/test/cli-triggers.test.ts',
  'stripe-sandbox/src/cli.test.ts',
  'server/src/domains/billing/checkout/faults.test.ts',
  'server/src/http/gate/staff-matrix.test.ts',
  'server/src/domains/directory/bulk/bulk.test.ts',
  'server/src/domains/billing/sweep/reconcile/reconcile.test.ts',
  'server/src/domains/billing/import/import.test.ts',
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
