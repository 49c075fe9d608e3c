import { formatQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { AppError } from '../../platform/errors.ts';
import { endGrant as endGrantRow, insertGrant, putOverageConsent } from '../subscriptions/index.ts';
import { requireCounted } from '../usage/index.ts';
import {
  endingMs,
  recorded,
  requireGrantable,
  refusePassed,
  runCommand,
  type CommandDependencies,
  type CommandTarget,
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

/**
 * Adds a pack, which is used up once and after everything else. A repeat of the same source adds
 * nothing and answers `grantId: null`.
 */
export function grantPack(
  deps: CommandDependencies,
  target: CommandTarget,
  pack: NewPack,
): Promise<{ readonly grantId: number | null }> {
  return runCommand(deps, target, async (tx, { account, catalog, nowMs }) => {
    refusePassed(pack.expiresMs, nowMs);
    requireGrantable(pack.amount);
    const feature = requireCounted(catalog, pack.feature, ['metered']);
    const span = { accountId: account.id, startsMs: nowMs, nowMs };
    const grantId = await insertGrant(tx, { ...pack, ...span, kind: 'pack' });
    return {
      action: grantId === undefined ? 'access.pack_repeated' : 'access.pack_granted',
      subject: { kind: 'grant', id: grantId ?? `${pack.source}:${pack.sourceId}` },
      after: {
        feature: feature.key,
        amount: formatQuantity(pack.amount),
        starts_at: recorded(nowMs),
        expires_at: recorded(pack.expiresMs),
        source: pack.source,
      },
      result: { grantId: grantId ?? null },
    };
  });
}

/** Takes back what is left of a pack, or a boost that was granted. */
export function endGrant(
  deps: CommandDependencies,
  target: CommandTarget,
  grantId: number,
): Promise<void> {
  return runCommand(deps, target, async (tx, state) => {
    const endMs = endingMs(state);
    if (!(await endGrantRow(tx, { accountId: target.accountId, grantId }, endMs))) {
      throw new AppError(GRANT_NOT_IN_FORCE, {
        message: `Grant ${grantId} of this account has ended already, or there is none.`,
      });
    }
    return {
      action: 'access.grant_ended',
      subject: { kind: 'grant', id: grantId },
      after: { ended_at: recorded(endMs) },
      result: undefined,
    };
  });
}

/** Records a customer's consent to pay for use beyond a limit, up to a cap a quota period. */
export function consentToOverage(
  deps: CommandDependencies,
  target: CommandTarget,
  consent: {
    readonly feature: string;
    readonly spendingCapMinor: number;
    readonly currency: string;
  },
): Promise<void> {
  return runCommand(deps, target, async (tx, { account, catalog, nowMs }) => {
    const feature = requireCounted(catalog, consent.feature, ['metered']);
    requireSpendingCap(consent.spendingCapMinor);
    await putOverageConsent(tx, { ...consent, accountId: account.id, nowMs });
    return {
      action: 'access.overage_consented',
      subject: { kind: 'feature', id: feature.key },
      after: { spending_cap_minor: consent.spendingCapMinor, currency: consent.currency },
      result: undefined,
    };
  });
}

function requireSpendingCap(minor: number): void {
  if (Number.isSafeInteger(minor) && minor >= 0) return;
  throw new AppError(SPENDING_CAP_INVALID, {
    message: 'A spending cap is a whole number of minor units, at least 0.',
    fields: [{ field: '/spending_cap_minor', message: 'must be a whole number, at least 0' }],
  });
}
