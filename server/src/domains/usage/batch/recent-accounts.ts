import type { Balance } from '../../entitlements/index.ts';
import type { BalanceReading, UserFeature } from '../store/read.ts';
import type { Key } from './gatherer.ts';
import type { AccountRow } from './records.ts';
import { isFresh, type WorkingSet } from './working-set.ts';

const MOST_USERS = 100_000;
const MOST_ACCOUNTS = 20_000;

/**
 * What this process has written lately, so that the next batch on the same balances need not read
 * them first. It decides nothing: what is decided on it is written on the condition that it is
 * still as it was written, and whatever is not to be written is read. Since each revision of a
 * balance was written once, what is remembered may be old, but never wrong.
 */
export interface RecentAccounts {
  /** What an operation of the user competes for: their account, where it is known. */
  keyOf(user: string): Key;
  /** A copy of a user's balance as it was written, where it may still be used. */
  recall(of: UserFeature, at: Pick<WorkingSet, 'catalog' | 'nowMs'>): Recalled | undefined;
  /** Takes over what a batch has written and committed. */
  remember(set: WorkingSet): void;
  forget(accountIds: Iterable<number>): void;
  /** For when another server may have taken over that has not all that was written. */
  forgetAll(): void;
}

export interface Recalled extends BalanceReading {
  readonly balance: Balance;
}

interface Recent {
  readonly account: AccountRow;
  readonly balances: Map<string, Balance>;
}

export function createRecentAccounts(): RecentAccounts {
  const users: Map<string, Owner> = new Map();
  const accounts = new Map<number, Recent>();
  return {
    keyOf: (user) => users.get(user)?.accountId ?? user,
    recall({ user, feature }, { catalog, nowMs }) {
      const owner = users.get(user);
      const recent = owner && accounts.get(owner.accountId);
      const balance = recent?.balances.get(feature);
      if (balance === undefined || !isFresh(balance, recent!.account, nowMs)) return;
      if (recent!.account.catalogVersion !== catalog.version) return;
      return { userId: owner!.userId, account: recent!.account, balance: { ...balance } };
    },
    remember(set) {
      for (const [user, owner] of set.users) rememberUser(users, user, owner);
      for (const balance of set.balances.values()) {
        if (balance.change === 'none') continue;
        const recent = recentAccount(accounts, set.accounts.get(balance.accountId)!);
        const { feature, revision } = balance;
        recent.balances.set(feature, { ...balance, revision: revision + 1, change: 'none' });
      }
    },
    forget(accountIds) {
      for (const accountId of accountIds) accounts.delete(accountId);
    },
    forgetAll: () => accounts.clear(),
  };
}

interface Owner {
  readonly userId: number;
  readonly accountId: number;
}

function rememberUser(users: Map<string, Owner>, user: string, owner: Owner): void {
  if (users.get(user)?.accountId === owner.accountId) return;
  // Whoever is forgotten with the others is remembered again at the next answer.
  if (users.size >= MOST_USERS) users.clear();
  users.set(user, owner);
}

/** Its balances are worth nothing any more once the account has changed. */
function recentAccount(accounts: Map<number, Recent>, account: AccountRow): Recent {
  const known = accounts.get(account.accountId);
  const isSame =
    known?.account.accessVersion === account.accessVersion &&
    known.account.catalogVersion === account.catalogVersion;
  if (isSame) return known;
  if (accounts.size >= MOST_ACCOUNTS) accounts.delete(accounts.keys().next().value!);
  const recent = { account, balances: new Map<string, Balance>() };
  accounts.set(account.accountId, recent);
  return recent;
}
