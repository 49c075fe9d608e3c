import assert from 'node:assert/strict';
import pg from 'pg';
import { migrate, openDatabase } from '../../../../src/adapters/postgres/index.ts';
import { toldEffect } from '../../../../src/domains/analytics/index.ts';
import {
  createBilling,
  createBillingMail,
  sellingEffects,
} from '../../../../src/domains/billing/index.ts';
import { createProcess } from '../../../simulation/process.ts';
import type { Stage } from '../../support/stage.ts';
import { inTurn } from '../order/life.ts';
import { seedCatalog, type Customer, type Rig } from '../support/rig.ts';
import { GRACE_DAYS } from './shop.ts';

/** Nobody dies here, nothing comes twice, and who is told of is looked at once. */
export interface Calm extends AsyncDisposable {
  /** Takes over what was asked for at our own checkouts, of which nothing has followed yet. */
  takeOver(): Promise<void>;
  /** Looks at each of these customers once. */
  look(customers: readonly Customer[]): Promise<void>;
  /** Throws where anything that follows from Stripe is other here than in the storm. */
  expectSame(): Promise<number>;
}

export const STAFF = 'staff@example.com';

/** What stands before anything follows from Stripe. */
const GIVEN = ['promotion_codes', 'users', 'accounts', 'quota_anchors'];
const ASKED_FOR = ['checkouts', 'promotion_redemptions'];

/** A system of its own beside the storm, with some of the same customers. */
export async function openCalm(
  stage: Stage,
  rig: Rig,
  customers: readonly Customer[],
): Promise<Calm> {
  await using opening = new AsyncDisposableStack();
  const { gateway, clock } = rig;
  const url = await stage.newDatabase();
  await migrate({ databaseUrl: url, schema: 'billing' });
  const database = opening.adopt(
    openDatabase({ url, schema: 'billing', applicationName: 'calm' }),
    (it) => it.close(),
  );
  await seedCatalog(database, clock.nowMs());
  const process = createProcess(database, clock);
  opening.defer(() => process.usage.close());
  await process.catalog.load();
  const client = opening.adopt(
    new pg.Client({ connectionString: url, options: '-c search_path=billing -c timezone=UTC' }),
    (it) => it.end(),
  );
  await client.connect();
  const calm = async (text: string, values: readonly unknown[]): Promise<unknown[]> =>
    (await client.query<Record<string, unknown>>(text, [...values])).rows;
  const ids = customers.map(({ accountId }) => accountId);
  for (const table of GIVEN) await copyRows(rig, client, { table, ids });
  const mail = createBillingMail({
    ...process,
    clock,
    graceDays: GRACE_DAYS,
    mailer: undefined,
    mail: { from: STAFF, staffEmail: STAFF },
    publicUrl: () => '',
    showsMailbox: false,
  });
  const { projector } = createBilling({
    database,
    clock,
    gateway,
    access: process.commands,
    effects: [...sellingEffects(GRACE_DAYS), ...mail.effects, toldEffect],
    hasStaff: true,
    onFailure: ({ error }) => assert.fail(String(error)),
    onStored: () => undefined,
  });
  const running = opening.move();
  return {
    async takeOver() {
      for (const table of ASKED_FOR) await copyRows(rig, client, { table, ids });
    },
    async look(some) {
      await inTurn(some, ({ customerId }) => projector.refresh(customerId));
    },
    async expectSame() {
      let rows = 0;
      for (const [what, text] of Object.entries(FOLLOWS)) {
        const expected = await calm(text, [ids]);
        assert.deepEqual(await rig.rows(text, [ids]), expected, `${what} are as in the calm`);
        rows += expected.length;
      }
      return rows;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Those that are not there yet; codes are nobody's. */
async function copyRows(
  { rows }: Pick<Rig, 'rows'>,
  client: pg.Client,
  { table, ids }: { readonly table: string; readonly ids: readonly number[] },
): Promise<void> {
  const owner = table === 'accounts' ? 'id' : table === 'promotion_codes' ? null : 'account_id';
  const some = owner === null ? '' : `WHERE ${owner} = ANY($1)`;
  const [found] = await rows<{ all: unknown }>(
    `SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') AS all FROM ${table} t ${some}`,
    owner === null ? [] : [ids],
  );
  // Users and accounts name each other.
  await client.query(`SET session_replication_role = replica`);
  await client.query(
    `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
     SELECT * FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) ON CONFLICT DO NOTHING`,
    [JSON.stringify(found!.all)],
  );
}

/** What the clock alone brings about is done by jobs, of which there are none in the calm. */
const BY_THE_CLOCK = `'grace_ending', 'restricted'`;

/** Everything that may follow from what Stripe says, without the names that chance gives it. */
const FOLLOWS = {
  'subscriptions': `
    SELECT account_id, stripe_subscription_id, plan_id, status, source, billing_cycle, seats,
      started_at, current_period_start, current_period_end, trial_end, cancel_at, past_due_since,
      scheduled_plan_id, scheduled_at, ended_at
    FROM user_subscriptions WHERE account_id = ANY($1) ORDER BY stripe_subscription_id`,
  'changes in the history': `
    SELECT account_id, subscription_key, effective_at, cause, status, currency, items, discounts,
      plan_ids
    FROM subscription_changes word WHERE account_id = ANY($1)
      AND NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = word.id)
    ORDER BY subscription_key, effective_at, cause`,
  'words of the history': `
    SELECT subscription_key, count(*)::int AS n FROM subscription_changes
    WHERE account_id = ANY($1) GROUP BY 1 ORDER BY 1`,
  'invoices': `
    SELECT to_jsonb(invoice) - 'updated_at' AS row FROM invoices invoice
    WHERE account_id = ANY($1) ORDER BY stripe_invoice_id`,
  'grants': `
    SELECT account_id, kind, feature, amount, source, source_id, starts_at, expires_at, ended_at
    FROM grants WHERE account_id = ANY($1) ORDER BY account_id, source, source_id`,
  'seats': `
    SELECT account_id, stripe_subscription_id, feature, seats, ended_at FROM seat_grants
    WHERE account_id = ANY($1) ORDER BY account_id, id`,
  'redemptions': `
    SELECT account_id, reference, state, held_at, redeemed_at, freed_at FROM promotion_redemptions
    WHERE account_id = ANY($1) ORDER BY reference`,
  'checkouts': `
    SELECT id, state, stripe_session_id, settled_at FROM checkouts
    WHERE account_id = ANY($1) ORDER BY id`,
  'mails': `
    SELECT key, account_id, audience, kind, data, due_at FROM mail_messages
    WHERE account_id = ANY($1) AND split_part(replace(key, 'staff:', ''), ':', 1)
      NOT IN (${BY_THE_CLOCK}) ORDER BY key`,
  'steps of failed payments': `
    SELECT key, step, attempt, owed_since FROM dunning_steps
    WHERE account_id = ANY($1) ORDER BY key`,
  'trials': `
    SELECT stripe_subscription_id, account_id, began_at FROM trial_uses
    WHERE account_id = ANY($1) ORDER BY 1`,
  'news': `
    SELECT account_id, topic, count(*)::int AS n,
      (CASE WHEN payload #>> '{subject,kind}' = 'grant' THEN payload #- '{subject,id}'
        ELSE payload END)::text AS said
    FROM outbox_events WHERE account_id = ANY($1)
      AND topic NOT IN ('user.changed', 'promotion_redemption.held',
        'billing.grace_ending', 'billing.access_restricted')
    GROUP BY 1, 2, 4 ORDER BY 1, 2, 4`,
  'entries of the audit': `
    SELECT account_id, action, subject_id, count(*)::int AS n FROM audit_entries
    WHERE account_id = ANY($1) AND subject_kind = 'subscription'
    GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
  'what users are shown': `
    SELECT account_id, subscription_status, current_plan_id, stripe_customer_id FROM users
    WHERE account_id = ANY($1) ORDER BY account_id`,
} as const;
