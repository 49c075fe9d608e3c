import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../platform/database.ts';
import { rankOf, type TimelineKind, type TimelinePosition, type TimelineRow } from './entry.ts';

interface EventRow {
  at: number;
  kind: TimelineKind;
  id: string;
  what: string;
  detail: Record<string, unknown>;
  amount_minor: number | null;
  currency: string | null;
  actor_kind: string | null;
  actor_id: string | null;
  actor_name: string | null;
}

export interface TimelineRequest {
  readonly accountId: number;
  readonly kinds: readonly TimelineKind[];
  readonly before: TimelinePosition | null;
  readonly limit: number;
}

/** Of every kind the latest, and of all these together as many as asked for. */
export async function listEvents(
  executor: Executor,
  { accountId, kinds, before, limit }: TimelineRequest,
): Promise<TimelineRow[]> {
  const wanted = SOURCES.filter(({ kind }) => kinds.includes(kind));
  if (wanted.length === 0) return [];
  const latest = wanted.map(({ kind, rows }) => {
    const found = sql`SELECT at, ${sql.lit(kind)} AS kind, ${sql.lit(rankOf(kind))} AS rank,
      id COLLATE "C" AS id, what, detail, amount_minor, currency, actor_kind, actor_id
      FROM (${rows(accountId)}) of_kind`;
    return sql`SELECT * FROM (SELECT * FROM (${found}) ranked WHERE ${isBefore(before)}
      ORDER BY at DESC, id DESC LIMIT ${limit}) latest`;
  });
  const { rows } = await sql<EventRow>`
    SELECT e.at, e.kind, e.id, e.what, e.detail, e.amount_minor, e.currency, e.actor_kind,
      e.actor_id, s.name AS actor_name
    FROM (${sql.join(latest, sql` UNION ALL `)} ORDER BY at DESC, rank DESC, id DESC
      LIMIT ${limit}) e
    LEFT JOIN staff s ON e.actor_kind = 'staff' AND s.id::text = e.actor_id
    ORDER BY e.at DESC, e.rank DESC, e.id DESC`.execute(executor.sql);
  return rows.map(rowOf);
}

function isBefore(before: TimelinePosition | null): RawBuilder<boolean> {
  if (before === null) return sql<boolean>`true`;
  const { atMs, rank, id } = before;
  return sql<boolean>`(at, rank, id)
    < (${formatInstant(atMs)}::timestamptz, ${rank}::integer, ${id}::text COLLATE "C")`;
}

interface Source {
  readonly kind: TimelineKind;
  readonly rows: (accountId: number) => RawBuilder<unknown>;
}

const NOTHING = 'NULL::bigint AS amount_minor, NULL::text AS currency';
const NOBODY = 'NULL::text AS actor_kind, NULL::text AS actor_id';

const SOURCES: readonly Source[] = [
  {
    kind: 'plan',
    rows: (accountId) => sql`
      SELECT w.effective_at AS at, w.id::text, w.cause AS what, jsonb_build_object(
          'status', w.status, 'source', w.source, 'subscription', w.subscription_key,
          'plans', (SELECT jsonb_agg(DISTINCT slug) FROM subscription_plans
            WHERE id = ANY(w.plan_ids))) AS detail,
        ${sql.raw(NOTHING)}, ${sql.raw(NOBODY)}
      FROM subscription_changes w
      WHERE w.account_id = ${accountId} AND w.status IS NOT NULL AND NOT EXISTS (
        SELECT FROM subscription_changes later WHERE later.supersedes = w.id)`,
  },
  {
    kind: 'invoice',
    rows: (accountId) => sql`
      SELECT created_at AS at, stripe_invoice_id AS id, status AS what, jsonb_build_object(
          'number', number, 'reason', billing_reason, 'invoice', stripe_invoice_id,
          'url', hosted_url) AS detail,
        total_minor AS amount_minor, currency, ${sql.raw(NOBODY)}
      FROM invoices WHERE account_id = ${accountId} AND status <> 'draft'`,
  },
  {
    kind: 'payment',
    rows: (accountId) => sql`
      SELECT paid_at AS at, stripe_invoice_id AS id, 'paid' AS what,
        jsonb_build_object('number', number, 'invoice', stripe_invoice_id) AS detail,
        amount_paid_minor AS amount_minor, currency, ${sql.raw(NOBODY)}
      FROM invoices
      WHERE account_id = ${accountId} AND paid_at IS NOT NULL AND amount_paid_minor > 0
      UNION ALL
      SELECT coalesce(settled_at, due_at), key, step, jsonb_build_object(
          'state', state, 'attempt', attempt, 'invoice', stripe_invoice_id, 'reason', reason),
        ${sql.raw(NOTHING)}, ${sql.raw(NOBODY)}
      FROM dunning_steps WHERE account_id = ${accountId} AND state = 'done'
      UNION ALL
      SELECT coalesce(r.settled_at, r.created_at), 'r' || r.id, 'refunded', jsonb_build_object(
          'refund', r.id, 'number', i.number, 'invoice', i.stripe_invoice_id),
        -r.amount_minor, r.currency, ${sql.raw(NOBODY)}
      FROM invoice_refunds r JOIN invoices i USING (stripe_invoice_id)
      WHERE r.account_id = ${accountId} AND r.state = 'done'`,
  },
  {
    kind: 'override',
    rows: (accountId) => sql`
      SELECT o.starts_at AS at, 'o' || o.id AS id, o.override_type AS what, jsonb_build_object(
          'override', o.id, 'plan', p.slug, 'feature', o.feature, 'amount', o.amount,
          'reason', o.reason, 'expires_at', o.expires_at, 'ended_at', o.ended_at) AS detail,
        ${sql.raw(NOTHING)}, CASE WHEN o.admin_id IS NOT NULL THEN 'staff' END AS actor_kind,
        o.admin_id::text AS actor_id
      FROM subscription_overrides o LEFT JOIN subscription_plans p ON p.id = o.plan_id
      WHERE o.account_id = ${accountId}
      UNION ALL
      SELECT starts_at, 'g' || id, kind, jsonb_build_object('grant', id, 'feature', feature,
          'amount', amount, 'source', source, 'expires_at', expires_at, 'ended_at', ended_at),
        ${sql.raw(NOTHING)}, ${sql.raw(NOBODY)}
      FROM grants WHERE account_id = ${accountId}`,
  },
  {
    kind: 'mail',
    rows: (accountId) => sql`
      SELECT coalesce(sent_at, created_at) AS at, id::text, kind AS what, jsonb_build_object(
          'state', state, 'audience', audience, 'subject', subject, 'reason', last_error) AS detail,
        ${sql.raw(NOTHING)}, ${sql.raw(NOBODY)}
      FROM mail_messages WHERE account_id = ${accountId}`,
  },
  {
    kind: 'note',
    rows: (accountId) => sql`
      SELECT created_at AS at, id::text, 'note' AS what,
        jsonb_build_object('note', id, 'text', text) AS detail,
        ${sql.raw(NOTHING)}, 'staff' AS actor_kind, staff_id::text AS actor_id
      FROM directory_notes WHERE account_id = ${accountId} AND text IS NOT NULL`,
  },
  {
    kind: 'webhook',
    rows: (accountId) => sql`
      SELECT received_at AS at, id, type AS what, jsonb_build_object(
          'event', id, 'state', state, 'reason', reason, 'object', object_id) AS detail,
        ${sql.raw(NOTHING)}, ${sql.raw(NOBODY)}
      FROM stripe_events
      WHERE stripe_customer_id = (SELECT stripe_customer_id FROM accounts WHERE id = ${accountId})`,
  },
  {
    kind: 'staff',
    rows: (accountId) => sql`
      SELECT recorded_at AS at, id::text, action AS what, jsonb_build_object(
          'subject', subject_kind, 'id', subject_id, 'reason', reason, 'before', before,
          'after', after, 'request_id', request_id) AS detail,
        ${sql.raw(NOTHING)}, actor_kind, actor_id
      FROM audit_entries
      WHERE account_id = ${accountId} AND actor_kind IN ('staff', 'cli')`,
  },
];

function rowOf(row: EventRow): TimelineRow {
  const { actor_kind: actorKind } = row;
  return {
    atMs: row.at,
    kind: row.kind,
    id: row.id,
    what: row.what,
    detail: row.detail,
    amountMinor: row.amount_minor,
    currency: row.currency,
    actor: actorKind === null ? null : { kind: actorKind, id: row.actor_id, name: row.actor_name },
  };
}
