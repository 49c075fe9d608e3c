import assert from 'node:assert/strict';
import {
  createBillingMail,
  createOperations,
  sellingEffects,
  type Operations,
} from '../../../../src/domains/billing/index.ts';
import type { Rig } from '../support/rig.ts';
import { STAFF } from './calm.ts';
import { GRACE_DAYS } from './shop.ts';

/**
 * Sweeps that begin by themselves find nothing, as if all were known already: what was not told is
 * to be found at the end, and not by the first server that starts.
 */
export async function silenceSweeps({ rows }: Pick<Rig, 'rows'>): Promise<void> {
  await rows(`UPDATE stripe_sweep SET swept_to = '2999-01-01'`);
}

/** More than a million events. */
const MOST_RUNS = 100;

/** Looks through everything that Stripe has told; answers how much had not arrived. */
export async function sweepAll(rig: Rig, sinceMs: number): Promise<number> {
  const { sweep } = operationsOf(rig);
  let found = 0;
  let isComplete = false;
  for (let run = 0; run < MOST_RUNS && !isComplete; run += 1) {
    const report = await sweep.run(run === 0 ? { sinceMs } : {});
    found += report.found;
    isComplete = report.isComplete;
  }
  assert.ok(isComplete, 'the sweep comes to its end');
  assert.ok(found > 0, 'the sweep finds what was not told');
  return found;
}

/** Reconciliation finds nobody who is other here than at Stripe. */
export async function expectReconciled(rig: Rig, customers: number): Promise<void> {
  const report = await operationsOf(rig).reconciler.run({ startedBy: 'cli', applies: false });
  assert.deepEqual(report.customers, [], 'reconciliation finds no difference');
  assert.equal(report.compared, customers);
  assert.equal(report.outcome, 'equal');
}

function operationsOf(rig: Rig): Operations {
  const { database, gateway, clock, process } = rig;
  const mail = createBillingMail({
    ...process,
    clock,
    graceDays: GRACE_DAYS,
    mailer: undefined,
    mail: { from: STAFF, staffEmail: STAFF },
    publicUrl: () => '',
    showsMailbox: false,
  });
  return createOperations({
    database,
    gateway,
    clock,
    access: process.commands,
    accounts: process.accounts,
    projector: rig.billing().projector,
    effects: [...sellingEffects(GRACE_DAYS), ...mail.effects],
    onStored: () => undefined,
    hasStaff: true,
    onSwept: () => undefined,
    onReconciled: () => undefined,
    onSweepFailed: () => undefined,
  });
}
