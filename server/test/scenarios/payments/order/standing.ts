import type { Rig } from '../support/rig.ts';

/** All that is on record of an account, without the names that only it has. */
export interface Standing {
  readonly subscriptions: readonly unknown[];
  readonly history: readonly unknown[];
  readonly invoices: readonly unknown[];
  readonly shown: unknown;
}

interface OfAccount {
  readonly account_id: string;
}

const SUBSCRIPTIONS = `
  SELECT account_id, plan_id, status, source, billing_cycle, seats, started_at,
    current_period_start, current_period_end, trial_end, cancel_at, past_due_since,
    scheduled_plan_id, scheduled_at, ended_at
  FROM user_subscriptions ORDER BY account_id, id`;

/** What is in force of it, which is what anybody reads. */
const HISTORY = `
  SELECT account_id, effective_at, cause, status, currency, items, discounts, plan_ids
  FROM subscription_changes word
  WHERE NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = word.id)
    AND status IS NOT NULL
  ORDER BY account_id, effective_at, id`;

const INVOICES = `
  SELECT account_id, status, billing_reason, currency, subtotal_minor, total_minor,
    amount_due_minor, amount_paid_minor, amount_remaining_minor, attempt_count, next_attempt_at,
    created_at, finalized_at, paid_at, voided_at, lines
  FROM invoices ORDER BY account_id, created_at, billing_reason`;

const SHOWN = `
  SELECT account_id, subscription_status, current_plan_id FROM users ORDER BY account_id, id`;

export async function readStanding({ rows }: Pick<Rig, 'rows'>): Promise<Map<number, Standing>> {
  const [subscriptions, history, invoices, shown] = await Promise.all(
    [SUBSCRIPTIONS, HISTORY, INVOICES, SHOWN].map(async (text) => byAccount(await rows(text))),
  );
  const accounts = [...shown!.keys()];
  return new Map(
    accounts.map((account) => [
      account,
      {
        subscriptions: subscriptions!.get(account) ?? [],
        history: history!.get(account) ?? [],
        invoices: invoices!.get(account) ?? [],
        shown: shown!.get(account),
      },
    ]),
  );
}

function byAccount(rows: readonly OfAccount[]): Map<number, unknown[]> {
  const found = new Map<number, unknown[]>();
  for (const { account_id: account, ...row } of rows) {
    const own = found.get(Number(account)) ?? [];
    own.push(row);
    found.set(Number(account), own);
  }
  return found;
}
