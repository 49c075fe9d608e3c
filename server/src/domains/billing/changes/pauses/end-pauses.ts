import { DAY_MS } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import { findContact } from '../../../accounts/index.ts';
import { requireLive } from '../find-subscription.ts';
import type { Changes } from '../service.ts';
import { findDuePauses, type EndingPause } from './store-pauses.ts';

export interface EndPausesDependencies {
  readonly database: Database;
  readonly changes: Changes;
}

const ACTOR = { kind: 'system', id: 'pauses' } as const;
const MOST_AT_ONCE = 50;
/** What was not ended for so long, because Stripe could not be asked, is left to staff. */
const PATIENCE_MS = 30 * DAY_MS;

/** Lets subscriptions go on whose pause has come to its end; answers how many. */
export async function endPauses(deps: EndPausesDependencies, nowMs: number): Promise<number> {
  const page = { sinceMs: nowMs - PATIENCE_MS, nowMs, most: MOST_AT_ONCE };
  const due = await findDuePauses(deps.database, page);
  const faults: unknown[] = [];
  let ended = 0;
  for (const pause of due) {
    // One that Stripe breaks down at is tried again in the next round, and keeps none of the rest.
    const isEnded = await endPause(deps, pause, nowMs).catch((error: unknown) => {
      if (!(error instanceof AppError && error.kind === 'conflict')) faults.push(error);
      return false;
    });
    if (isEnded) ended += 1;
  }
  if (faults.length > 0) throw faults[0];
  return ended;
}

/** Once for a pause; what Stripe refuses stays refused and is on record. */
async function endPause(
  { database, changes }: EndPausesDependencies,
  { commandId, accountId, subscriptionId }: EndingPause,
  nowMs: number,
): Promise<boolean> {
  const live = await requireLive(database, accountId);
  const contact = await findContact(database, accountId);
  if (live.subscriptionId !== subscriptionId || contact === undefined) return false;
  const call = { user: contact.externalId, actor: ACTOR, onceKey: `pause-end:${commandId}` };
  const reason = 'the end of the pause has come';
  await changes.adjust({ ...call, request: { kind: 'unpause' }, reason }, nowMs);
  return true;
}
