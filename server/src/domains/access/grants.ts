import { formatQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import type { Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { endGrant as endGrantRow, insertGrant, putOverageConsent } from '../subscriptions/index.ts';
import { requireCounted } from '../usage/index.ts';
import {
  endingMs,
  recorded,
  requireGrantable,
  refusePassed,
  runCommand,
  runDeeds,
  type CommandDependencies,
  type CommandState,
  type CommandTarget,
  type Deed,
} from './command.ts';
import { GRANT_NOT_IN_FORCE, SPENDING_CAP_INVALID } from './errors.ts';

export interface NewPack {
  readonly feature: string;
  readonly amount: Quantity;
  readonly expiresMs: number | null;
  /** Where it came from, such as `stripe_invoice`, and its id there: it is granted once. */
  readonly source: string;
  readonly sourceId: string;
}

/** A pack, which is used up once, or a boost, which adds to every period while it lasts. */
export interface NewGrant extends NewPack {
  readonly kind: 'pack' | 'boost';
}

/**
 * Adds a pack, which is used up once and after everything else. A repeat of the same source adds
 * nothing and answers `grantId: null`.
 */
export function grantPack(
  deps: CommandDependencies,
  target: CommandTarget,
  pack: NewPack,
): Promise<{ readonly grantId: number | null }> {
  return runDeeds<{ readonly grantId: number | null }>(deps, target, async (tx, state) => {
    const deed = await grantIn(tx, state, { ...pack, kind: 'pack' });
    if (deed === null) return { deeds: [], result: { grantId: null } };
    return { deeds: [deed], result: deed.result };
  });
}

/** Adds a grant within a command; `null` where its source has granted it already. */
export async function grantIn(
  tx: Tx,
  { account, catalog, nowMs }: CommandState,
  grant: NewGrant,
): Promise<Deed<{ readonly grantId: number }> | null> {
  refusePassed(grant.expiresMs, nowMs);
  requireGrantable(grant.amount);
  const kinds = grant.kind === 'pack' ? (['metered'] as const) : (['metered', 'level'] as const);
  const feature = requireCounted(catalog, grant.feature, kinds);
  const span = { accountId: account.id, startsMs: nowMs, nowMs };
  const grantId = await insertGrant(tx, { ...grant, ...span });
  if (grantId === undefined) return null;
  return {
    action: `access.${grant.kind}_granted`,
    subject: { kind: 'grant', id: grantId },
    after: {
      feature: feature.key,
      amount: formatQuantity(grant.amount),
      starts_at: recorded(nowMs),
      expires_at: recorded(grant.expiresMs),
      source: grant.source,
    },
    result: { grantId },
  };
}

/** Takes back what is left of a pack, or a boost that was granted. */
export function endGrant(
  deps: CommandDependencies,
  target: CommandTarget,
  grantId: number,
): Promise<void> {
  return runCommand(deps, target, async (tx, state) => {
    const deed = await endGrantIn(tx, state, grantId);
    if (deed === null) {
      throw new AppError(GRANT_NOT_IN_FORCE, {
        message: `Grant ${grantId} of this account has ended already, or there is none.`,
      });
    }
    return deed;
  });
}

/** Ends a grant within a command; `null` where it is not in force. */
export async function endGrantIn(
  tx: Tx,
  state: CommandState,
  grantId: number,
): Promise<Deed<undefined> | null> {
  const endMs = endingMs(state);
  const { id: accountId } = state.account;
  if (!(await endGrantRow(tx, { accountId, grantId }, endMs))) return null;
  return {
    action: 'access.grant_ended',
    subject: { kind: 'grant', id: grantId },
    after: { ended_at: recorded(endMs) },
    result: undefined,
  };
}

export interface OverageConsent {
  readonly feature: string;
  readonly spendingCapMinor: number;
  readonly currency: string;
}

/** Records a customer's consent to pay for use beyond a limit, up to a cap a quota period. */
export function consentToOverage(
  deps: CommandDependencies,
  target: CommandTarget,
  consent: OverageConsent,
): Promise<void> {
  return runCommand(deps, target, (tx, state) => consentIn(tx, state, consent));
}

/** Records a consent within a command. */
export async function consentIn(
  tx: Tx,
  { account, catalog, nowMs }: CommandState,
  consent: OverageConsent,
): Promise<Deed<undefined>> {
  const feature = requireCounted(catalog, consent.feature, ['metered']);
  requireSpendingCap(consent.spendingCapMinor);
  await putOverageConsent(tx, { ...consent, accountId: account.id, nowMs });
  return {
    action: 'access.overage_consented',
    subject: { kind: 'feature', id: feature.key },
    after: { spending_cap_minor: consent.spendingCapMinor, currency: consent.currency },
    result: undefined,
  };
}

function requireSpendingCap(minor: number): void {
  if (Number.isSafeInteger(minor) && minor >= 0) return;
  throw new AppError(SPENDING_CAP_INVALID, {
    message: 'A spending cap is a whole number of minor units, at least 0.',
    fields: [{ field: '/spending_cap_minor', message: 'must be a whole number, at least 0' }],
  });
}
