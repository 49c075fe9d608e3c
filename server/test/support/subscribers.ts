import { addMonths } from '@whisperforge/kernel/period';
import { openDatabase } from '../../src/adapters/postgres/index.ts';
import { recordSubscription } from '../../src/domains/access/index.ts';
import { currentPlan } from '../../src/domains/plans/index.ts';
import { createProcess } from '../simulation/process.ts';
import type { TestServer } from './server.ts';

/** Customers with a contract for a plan, who hold the version that is on sale now. */
export async function subscribeByContract(
  server: TestServer,
  plan: string,
  users: readonly string[],
): Promise<void> {
  const { databaseUrl: url, clock } = server;
  const database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  const process = createProcess(database, clock);
  await process.catalog.load();
  const nowMs = clock.nowMs();
  const state = {
    planId: currentPlan(await process.catalog.recheck(), plan)!.id,
    status: 'active',
    source: 'manual',
    billingCycle: 'monthly',
    seats: 5,
    startedMs: nowMs,
    period: { startMs: nowMs, endMs: addMonths(nowMs, 1) },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: null,
  } as const;
  const context = { actor: { kind: 'cli', id: 'test' } as const, nowMs, reason: 'a contract' };
  const price = { amountMinor: 40_000, currency: 'usd', per: 'contract' } as const;
  for (const user of users) {
    const details = { email: `${user}@example.com` };
    const { accountId } = await process.accounts.upsertUser(user, details, nowMs);
    await recordSubscription(process.commands, { accountId, context }, state, price);
  }
  await process.usage.close();
  await database.close();
}
