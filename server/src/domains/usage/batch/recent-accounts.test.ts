import { describe, expect, test } from 'vitest';
import { units } from '@whisperforge/kernel/quantity';
import type { Balance } from '../../entitlements/index.ts';
import type { Catalog } from '../../plans/index.ts';
import { createRecentAccounts, type RecentAccounts } from './recent-accounts.ts';
import { emptyWorkingSet, pairKey, type WorkingSet } from './working-set.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
const catalogAt = (version: number): Catalog => ({ version }) as Catalog;
const at = (version = 1, nowMs = NOW_MS): { catalog: Catalog; nowMs: number } => ({
  catalog: catalogAt(version),
  nowMs,
});

/** What a batch of one booking of `used` for a user of account 7 has written. */
function written(said: Partial<Balance> = {}, accessVersion = 1): WorkingSet {
  const set = emptyWorkingSet(catalogAt(1), NOW_MS, false);
  const balance: Balance = {
    accountId: 7,
    feature: 'minutes',
    startMs: NOW_MS - 1_000,
    endMs: NOW_MS + 10_000,
    used: units(5),
    reserved: 0n,
    baseLimit: units(60),
    packAmount: 0n,
    packBurned: 0n,
    boostCovered: 0n,
    beyond: 0n,
    accessVersion,
    catalogVersion: 1,
    computedMs: NOW_MS,
    validUntilMs: NOW_MS + 10_000,
    revision: 3,
    change: 'booked',
    ...said,
  };
  set.users.set('somebody', { userId: 70, accountId: 7 });
  set.accounts.set(7, { accountId: 7, accessVersion, catalogVersion: 1, anchorMs: NOW_MS });
  set.balances.set(pairKey(7, balance.feature), balance);
  return set;
}

const MINUTES = { user: 'somebody', feature: 'minutes' };

function recalledUse(recent: RecentAccounts, when = at()): unknown {
  return recent.recall(MINUTES, when)?.balance.used;
}

describe('what was written lately', () => {
  test('is recalled as it was written, with the revision that it got', () => {
    const recent = createRecentAccounts();
    recent.remember(written());
    const recalled = recent.recall(MINUTES, at());
    expect(recalled).toMatchObject({ userId: 70, account: { accountId: 7, accessVersion: 1 } });
    expect(recalled?.balance).toMatchObject({ used: units(5), revision: 4, change: 'none' });
  });

  test('is given as a copy, which a batch that fails may change', () => {
    const recent = createRecentAccounts();
    recent.remember(written());
    recent.recall(MINUTES, at())!.balance.used = units(99);
    expect(recalledUse(recent)).toBe(units(5));
  });

  test.each([
    ['from its end of validity on', at(1, NOW_MS + 10_000)],
    ['under another catalogue', at(2)],
  ])('is not recalled %s', (_, when) => {
    const recent = createRecentAccounts();
    recent.remember(written());
    expect(recalledUse(recent, when)).toBeUndefined();
  });

  test('is not recalled for others, nor of other features, nor where nothing was written', () => {
    const recent = createRecentAccounts();
    recent.remember(written({ change: 'none' }));
    expect(recalledUse(recent)).toBeUndefined();
    recent.remember(written());
    expect(recent.recall({ ...MINUTES, user: 'else' }, at())).toBeUndefined();
    expect(recent.recall({ ...MINUTES, feature: 'pages' }, at())).toBeUndefined();
  });

  test('is forgotten with the account, and when the account has changed', () => {
    const recent = createRecentAccounts();
    recent.remember(written());
    recent.forget([7]);
    expect(recalledUse(recent)).toBeUndefined();
    recent.remember(written());
    recent.remember(written({ feature: 'pages' }, 2));
    expect(recalledUse(recent)).toBeUndefined();
    expect(recent.recall({ ...MINUTES, feature: 'pages' }, at())).toBeDefined();
  });

  test('stays bounded, and what came last stays', () => {
    const recent = createRecentAccounts();
    for (let accountId = 1; accountId <= 20_001; accountId += 1) {
      const set = written({ accountId });
      set.accounts.set(accountId, { ...set.accounts.get(7)!, accountId });
      set.users.set(`user ${accountId}`, { userId: accountId, accountId });
      recent.remember(set);
    }
    const recalled = (accountId: number): unknown =>
      recent.recall({ user: `user ${accountId}`, feature: 'minutes' }, at());
    expect(recalled(1)).toBeUndefined();
    expect(recalled(20_001)).toBeDefined();
  });
});

describe('what an operation competes for', () => {
  test('is the account of whoever is remembered, and otherwise the user', () => {
    const recent = createRecentAccounts();
    expect(recent.keyOf('somebody')).toBe('somebody');
    recent.remember(written());
    expect(recent.keyOf('somebody')).toBe(7);
    const moved = written();
    moved.users.set('somebody', { userId: 70, accountId: 8 });
    recent.remember(moved);
    expect(recent.keyOf('somebody')).toBe(8);
  });
});
