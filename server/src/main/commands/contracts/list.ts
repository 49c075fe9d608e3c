import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { findContact } from '../../../domains/accounts/index.ts';
import {
  displayAmount,
  findHistory,
  listContracts,
  recurringAmount,
  type RecordedSubscription,
} from '../../../domains/subscriptions/index.ts';
import type { Database } from '../../../platform/database.ts';
import { table, type CommandContext } from '../context.ts';
import { withAccess } from './with-access.ts';

export interface ListOptions {
  readonly ended?: boolean;
  readonly json?: boolean;
}

export async function listAll(options: ListOptions, context: CommandContext): Promise<void> {
  await withAccess(context, async ({ commands: { database, catalog } }) => {
    const { plans } = await catalog.latest();
    const nowMs = systemClock.nowMs();
    const data = [];
    for (const each of await listContracts(database, { withEnded: options.ended === true })) {
      const plan = plans.get(each.planId);
      data.push({
        user: (await findContact(database, each.accountId))?.externalId ?? '',
        kind: each.source === 'gift' ? 'gift' : 'contract',
        plan: `${plan?.slug ?? ''}:${plan?.version ?? ''}`,
        billing_cycle: each.billingCycle,
        seats: each.seats,
        monthly: await monthlyOf(database, each, nowMs),
        started_at: formatInstant(each.startedMs),
        ends_at: instantOf(each.endedMs ?? each.cancelAtMs),
      });
    }
    if (options.json === true) return context.print(JSON.stringify({ data }));
    const rows = data.map(({ monthly, ...each }) => [
      each.user,
      each.kind,
      each.plan,
      each.billing_cycle,
      String(each.seats),
      `${formatMoney(money(monthly.amount_minor, monthly.currency))} ${monthly.currency}`,
      each.started_at,
      each.ends_at ?? '',
    ]);
    const head = ['USER', 'KIND', 'PLAN', 'CYCLE', 'SEATS', 'A MONTH', 'STARTED', 'ENDS'];
    return context.print(table([head, ...rows]));
  });
}

/** What it brings in a month: now, or before it ended, or once it has begun. */
async function monthlyOf(
  database: Database,
  { id, accountId }: RecordedSubscription,
  nowMs: number,
): Promise<{ amount_minor: number; currency: string }> {
  const history = await findHistory(database, accountId);
  const own = history.filter(({ subscriptionKey }) => subscriptionKey === String(id));
  const paid = own.filter(({ items }) => items.length > 0);
  const change = paid.findLast(({ effectiveMs }) => effectiveMs <= nowMs) ?? paid[0];
  if (change === undefined) return { amount_minor: 0, currency: 'usd' };
  const { effectiveMs: atMs, currency } = change;
  const { amountMinor } = displayAmount(recurringAmount(change, { atMs }), currency);
  return { amount_minor: amountMinor, currency };
}

function instantOf(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
