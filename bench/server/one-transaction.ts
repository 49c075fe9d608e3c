import { formatInstant } from '@whisperforge/kernel/clock';
import type {
  Database,
  PreparedStatement,
  PreparedValue,
  Tx,
} from '../../server/src/platform/database.ts';
import type { Route } from '../../server/src/platform/routes.ts';
import { routeAt } from './routes.ts';

export const ONE_TRANSACTION_PATH = '/bench/track-in-one-transaction';

const FIND_USER: PreparedStatement = {
  name: 'bench_find_user',
  text: `SELECT id, account_id FROM users WHERE external_id = $1`,
};
const LOCK_BALANCE: PreparedStatement = {
  name: 'bench_lock_balance',
  text: `SELECT period_start, period_end, used, reserved, base_limit
    FROM balances WHERE account_id = $1 AND feature = $2
    ORDER BY period_start DESC LIMIT 1 FOR UPDATE`,
};
const INSERT_KEY: PreparedStatement = {
  name: 'bench_insert_key',
  text: `INSERT INTO usage_keys (account_id, key, fingerprint, received_at, over_limit)
    VALUES ($1, $2, $3, $4, false) ON CONFLICT DO NOTHING RETURNING true`,
};
const INSERT_EVENT: PreparedStatement = {
  name: 'bench_insert_event',
  text: `INSERT INTO usage_events (account_id, user_id, event_type, occurred_at, recorded_at,
      resource_consumed, counted, over_limit, late)
    VALUES ($1, $2, $3, $4, $4, $5, jsonb_build_object($6::text, $5::numeric), false, false)`,
};
const UPDATE_BALANCE: PreparedStatement = {
  name: 'bench_update_balance',
  text: `UPDATE balances SET used = used + $4, revision = revision + 1
    WHERE account_id = $1 AND feature = $2 AND period_start = $3 RETURNING used`,
};

interface TrackBody {
  readonly user: string;
  readonly event: string;
  readonly amount: number;
  readonly idempotency_key: string;
}

/**
 * What gathering is compared with: the same tables, one transaction for each request, as one would
 * write it first. It leaves out what the product does besides (plans, periods, packs, limits).
 */
export function oneTransactionRoute(
  routes: readonly Route[],
  database: Database,
  feature: string,
): Route {
  return {
    ...routeAt(routes, '/v1/track'),
    path: ONE_TRANSACTION_PATH,
    summary: 'Book one event in a transaction of its own',
    handler: ({ body, nowMs }) =>
      database.transaction((tx) => book(tx, body as TrackBody, { feature, nowMs })),
  };
}

async function book(
  tx: Tx,
  body: TrackBody,
  { feature, nowMs }: { readonly feature: string; readonly nowMs: number },
): Promise<unknown> {
  const { user, event, amount, idempotency_key: key } = body;
  const now = formatInstant(nowMs);
  const [userId, accountId] = (await one(tx, FIND_USER, [user])) as [number, number];
  const [startMs, endMs, , reserved, limit] = await one(tx, LOCK_BALANCE, [accountId, feature]);
  const start = formatInstant(startMs as number);
  const fingerprint = `${user} ${event} ${amount}`;
  const keys = await tx.execute(INSERT_KEY, [accountId, key, fingerprint, now]);
  if (keys.length === 0) throw new Error('The benchmark sends each key once.');
  await tx.execute(INSERT_EVENT, [accountId, userId, event, now, amount, feature]);
  const [used] = await one(tx, UPDATE_BALANCE, [accountId, feature, start, amount]);
  const balance = {
    feature,
    period_start: start,
    period_end: formatInstant(endMs as number),
    limit: limit === null ? null : Number(limit),
    used: Number(used),
    reserved: Number(reserved),
    remaining: limit === null ? null : Number(limit) - Number(used) - Number(reserved),
  };
  return { recorded: true, duplicate: false, over_limit: false, balances: [balance] };
}

async function one(
  tx: Tx,
  statement: PreparedStatement,
  values: readonly PreparedValue[],
): Promise<readonly unknown[]> {
  const [row] = await tx.execute(statement, values);
  if (row === undefined) throw new Error(`${statement.name} found nothing.`);
  return row;
}
