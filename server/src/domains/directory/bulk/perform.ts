import type { Clock } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../platform/database.ts';
import {
  boostQuota,
  endOverride,
  overridePlan,
  requireRestriction,
  type CommandDependencies,
} from '../../access/index.ts';
import type { Actor } from '../../audit/index.ts';
import type { Selling } from '../../billing/index.ts';
import { defaultPlanAt } from '../../plans/index.ts';
import { loadFacts } from '../../subscriptions/index.ts';
import { addNoteIn } from '../notes/notes.ts';
import type { BulkTerms, BulkUser } from './bulk-deed.ts';

export interface BulkDependencies extends CommandDependencies {
  readonly clock: Clock;
  readonly giveDiscount: Selling['giveDiscount'];
  readonly endGivenDiscount: Selling['endGivenDiscount'];
  readonly repeatGiven: Selling['repeatGiven'];
}

/** One user, and in whose name and why it is done to them. */
export interface Performance {
  readonly user: Pick<BulkUser, 'userId' | 'accountId' | 'externalId' | 'source'>;
  readonly actor: Actor;
  readonly staffId: number;
  readonly reason: string;
  readonly nowMs: number;
  readonly isDry: boolean;
  /** By which a repetition is known where Stripe has to be asked. */
  readonly onceKey: string;
  /** Written together with the deed, or not at all; with what the deed has made. */
  readonly alongside: (tx: Tx, resultId: number | null) => Promise<void>;
  /** Written once Stripe has done it, which a stop that came meanwhile does not make undone. */
  readonly afterwards: () => Promise<void>;
}

/** Does to one user what the terms say, by the same commands as if it were done to them alone. */
export async function perform(
  deps: BulkDependencies,
  terms: BulkTerms,
  performance: Performance,
): Promise<void> {
  const { user, isDry, nowMs } = performance;
  const target = targetOf(performance);
  switch (terms.kind) {
    case 'boost':
      await boostQuota(deps, target, terms);
      return;
    case 'gift':
      await overridePlan(deps, target, terms);
      return;
    case 'restrict': {
      const { slug } = defaultPlanAt(await deps.catalog.latest(), nowMs);
      await overridePlan(deps, target, { plan: slug, expiresMs: terms.expiresMs });
      return;
    }
    case 'lift': {
      const facts = (await loadFacts(deps.database, [user.accountId], nowMs)).get(user.accountId);
      const catalog = await deps.catalog.latest();
      const { id } = requireRestriction(facts?.planChanges ?? [], catalog, nowMs);
      await endOverride(deps, target, id);
      return;
    }
    case 'note':
      if (!isDry) await writeNote(deps, terms.text, performance);
      return;
    case 'discount':
      await discount(deps, terms, performance);
  }
}

export function targetOf({
  user,
  alongside,
  ...said
}: Performance): Parameters<typeof boostQuota>[1] {
  const { actor, reason, nowMs, isDry } = said;
  return {
    accountId: user.accountId,
    context: { actor, reason, nowMs, isDry },
    alongside: (tx, [deed]) => alongside(tx, deed === undefined ? null : Number(deed.subject.id)),
  };
}

async function writeNote(
  { database }: BulkDependencies,
  text: string,
  { user, actor, staffId, reason, nowMs, alongside }: Performance,
): Promise<void> {
  await database.transaction(async (tx) => {
    const of = { id: user.userId, accountId: user.accountId };
    const noteId = await addNoteIn(tx, of, text, { actor, staffId, nowMs, reason });
    await alongside(tx, noteId);
  });
}

/** Stripe is asked in no transaction of ours: what it was asked for once is known by its key. */
async function discount(
  { giveDiscount }: BulkDependencies,
  terms: Extract<BulkTerms, { kind: 'discount' }>,
  { user, actor, reason, nowMs, isDry, onceKey, afterwards }: Performance,
): Promise<void> {
  const wish = terms.discount;
  const given = { user: user.externalId, actor, reason, wish, onceKey, isDry };
  await giveDiscount(given, nowMs);
  if (!isDry) await afterwards();
}
