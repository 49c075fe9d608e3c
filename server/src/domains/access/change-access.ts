import type { Tx } from '../../platform/database.ts';
import type { Account } from '../accounts/index.ts';
import type { Catalog } from '../plans/index.ts';
import type { ContractPrice, SubscriptionState } from '../subscriptions/index.ts';
import { runDeeds, type CommandDependencies, type CommandTarget, type Deed } from './command.ts';
import { consentIn, endGrantIn, grantIn, type NewGrant, type OverageConsent } from './grants.ts';
import { recordState } from './recording/record-subscription.ts';

/** One transaction on a locked account, in which its access changes as far as it has to. */
export interface AccessChange {
  readonly tx: Tx;
  readonly account: Account;
  readonly catalog: Catalog;
  /** From when the changes hold. */
  readonly nowMs: number;
  /** How a subscription stands, and a contract's price; answers whether that was news. */
  recordSubscription(state: SubscriptionState, price?: ContractPrice): Promise<boolean>;
  /** Adds a pack or boost; `null` where its source has granted it already. */
  grant(grant: NewGrant): Promise<number | null>;
  /** Takes a grant back; answers whether it was in force. */
  endGrant(grantId: number): Promise<boolean>;
  /** Records a customer's consent to pay for use beyond a limit. */
  consentToOverage(consent: OverageConsent): Promise<void>;
}

/**
 * Lets a higher domain bring an account's access to what it has learned, together with rows of its
 * own. Where `work` changes nothing of access, nothing of it goes on record.
 */
export function changeAccess<T>(
  deps: CommandDependencies,
  target: CommandTarget,
  work: (change: AccessChange) => Promise<T>,
): Promise<T> {
  return runDeeds(deps, target, async (tx, found) => {
    const deeds: Deed<unknown>[] = [];
    const note = <D extends Deed<unknown>>(deed: D | null): D | null => {
      if (deed !== null) deeds.push(deed);
      return deed;
    };
    const result = await work({
      tx,
      account: found.account,
      catalog: found.catalog,
      nowMs: found.nowMs,
      recordSubscription: async (state, price) =>
        note(await recordState(tx, deps, found, state, price)) !== null,
      grant: async (grant) => note(await grantIn(tx, found, grant))?.result.grantId ?? null,
      endGrant: async (grantId) => note(await endGrantIn(tx, found, grantId)) !== null,
      consentToOverage: async (consent) => void note(await consentIn(tx, found, consent)),
    });
    return { deeds, result };
  });
}
