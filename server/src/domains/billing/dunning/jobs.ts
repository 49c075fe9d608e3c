import { assert } from '@whisperforge/kernel/assert';
import type { Database, Tx } from '../../../platform/database.ts';
import type { Job } from '../../../platform/jobs.ts';
import { findCatalogVersion, type Catalog, type CatalogCache } from '../../plans/index.ts';
import { findLiveSubscription, loadFacts } from '../../subscriptions/index.ts';
import { decideDue } from './decide-due.ts';
import type { DunningOptions } from './effect.ts';
import { lockDueStep, settleStep, type StoredStep } from './store.ts';
import { tellStep } from './tell-step.ts';

export interface DunningJobOptions extends DunningOptions {
  readonly database: Database;
  readonly catalog: CatalogCache;
}

/** More steps than fall due in a minute; what is left waits for the next tick. */
const MOST_STEPS = 10_000;

/**
 * Tells what time alone brings. Access itself is restricted at its instant, whether or not
 * this has run; what runs late tells late.
 */
export function dunningJobs(options: DunningJobOptions): Job[] {
  return [
    {
      name: 'billing_dunning',
      schedule: '* * * * *',
      async run({ nowMs, signal }) {
        await takeDueSteps(options, nowMs, signal);
      },
    },
  ];
}

/** Takes the steps that are due, one after the other; answers how many there were. */
export async function takeDueSteps(
  options: DunningJobOptions,
  nowMs: number,
  signal: AbortSignal,
): Promise<number> {
  const { database, catalog: cache } = options;
  const catalog = await cache.atLeast(await findCatalogVersion(database));
  for (let taken = 0; taken < MOST_STEPS; taken += 1) {
    if (signal.aborted) return taken;
    const isTaken = await database.transaction(async (tx) => {
      const step = await lockDueStep(tx, nowMs);
      if (step !== undefined) await takeOne(tx, options, { step, catalog, nowMs });
      return step !== undefined;
    });
    if (!isTaken) return taken;
  }
  return MOST_STEPS;
}

interface Due {
  readonly step: StoredStep;
  readonly catalog: Catalog;
  readonly nowMs: number;
}

async function takeOne(
  tx: Tx,
  { graceDays, hasStaff }: DunningOptions,
  { step, catalog, nowMs }: Due,
): Promise<void> {
  const subscription = await findLiveSubscription(tx, step.accountId);
  const facts = (await loadFacts(tx, [step.accountId], nowMs)).get(step.accountId);
  assert(facts !== undefined, 'the facts of an account are asked for');
  const access = { catalog, facts, graceDays };
  const decision = decideDue(step, { subscription, access, nowMs });
  await settleStep(tx, step.id, decision, nowMs);
  if (decision.kind === 'happens') await tellStep(tx, step, { nowMs, hasStaff });
}
