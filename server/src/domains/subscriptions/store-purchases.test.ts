import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { createAccounts } from '../accounts/index.ts';
import { createPlans, currentPlan, loadCatalog } from '../plans/index.ts';
import { hasSubscribed, insertSubscription, type SubscriptionState } from './index.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const created = useTestDatabase();
let database: PostgresDatabase;
let planId: number;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const context = { actor: { kind: 'cli', id: null }, nowMs: NOW, reason: null } as const;
  const plans = createPlans({ database });
  await plans.draftVersion(
    {
      slug: 'pro',
      name: 'Pro',
      description: '',
      isDefault: true,
      position: 1,
      terms: new Map(),
      prices: [],
      trialDays: 0,
      extraSeat: null,
    },
    context,
  );
  await plans.publishVersion('pro', context);
  planId = currentPlan(await loadCatalog(database), 'pro')!.id;
});
afterAll(() => database.close());

test.each<[string, SubscriptionState['source'], number | null, boolean]>([
  ['active', 'stripe', null, true],
  ['trialing', 'stripe', null, true],
  ['canceled', 'stripe', NOW, true],
  ['active', 'manual', null, true],
  ['active', 'gift', null, false],
  ['incomplete', 'stripe', null, false],
  ['incomplete_expired', 'stripe', NOW, false],
])('an account whose subscription is %s by %s and ended at %s has bought: %s', async (...row) => {
  const [status, source, endedMs, expected] = row;
  const user = `${status}-${source}`;
  const accounts = createAccounts({ database });
  const { id: userId, accountId } = await accounts.upsertUser(user, { email: 'a@b.example' }, NOW);
  expect(await hasSubscribed(database, accountId)).toBe(false);
  const state: SubscriptionState = {
    planId,
    status,
    source,
    billingCycle: 'monthly',
    seats: 1,
    startedMs: NOW,
    period: { startMs: NOW, endMs: NOW + 1 },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs,
    stripeSubscriptionId: null,
  };
  await database.transaction((tx) => insertSubscription(tx, { accountId, userId }, state, NOW));
  expect(await hasSubscribed(database, accountId)).toBe(expected);
});
