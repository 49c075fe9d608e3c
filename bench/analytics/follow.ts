import { systemClock } from '@whisperforge/kernel/clock';
import type pg from 'pg';
import { appendHistory, findHistory } from '../../server/src/domains/subscriptions/index.ts';
import { spreadOf, type Spread } from './spread.ts';
import type { Parts } from './rebuild.ts';
import { connect } from './seed/run-steps.ts';

/** What one more event takes until it is in the figures. */
export interface Followed {
  /** A change of a subscription: from the commit of its history until all sums have it. */
  readonly change: Spread;
  /** One usage event by itself. */
  readonly event: Spread;
  /** Each of a thousand usage events that were booked together. */
  readonly batchedEventMs: number;
}

const CHANGES = 200;
const EVENTS = 100;
const BATCHES = 10;
const BATCH = 1_000;
const WARM_UP = 20;

export async function measureFollowing(
  databaseUrl: string,
  parts: Parts,
  customers: number,
): Promise<Followed> {
  const client = await connect(databaseUrl);
  try {
    const changes = await times(CHANGES, (index) =>
      followChange(parts, client, 1 + ((index * 7_919) % customers)),
    );
    const events = await times(EVENTS, (index) =>
      followEvents(parts, client, { count: 1, first: index * 104_729, customers }),
    );
    const batches = await times(BATCHES, (index) =>
      followEvents(parts, client, { count: BATCH, first: index * 31, customers }),
    );
    return {
      change: spreadOf(changes),
      event: spreadOf(events),
      batchedEventMs: spreadOf(batches).p50Ms / BATCH,
    };
  } finally {
    await client.end();
  }
}

/** What it takes each time but for the first ones, in which code and pages are found. */
async function times(count: number, work: (index: number) => Promise<number>): Promise<number[]> {
  const taken: number[] = [];
  for (let index = 0; index < WARM_UP + count; index += 1) {
    const ms = await work(index);
    if (index >= WARM_UP) taken.push(ms);
  }
  return taken;
}

/** A customer's latest subscription comes to cost a dollar more. */
async function followChange(
  { database, ledger }: Parts,
  client: pg.Client,
  accountId: number,
): Promise<number> {
  const nowMs = systemClock.nowMs();
  const history = await findHistory(database, accountId);
  const subscriptionKey = history.at(-1)?.subscriptionKey ?? `sub_${accountId}_1`;
  const known = history.filter((each) => each.subscriptionKey === subscriptionKey);
  const { rows } = await client.query<{ currency: string }>(
    'SELECT currency FROM accounts WHERE id = $1',
    [accountId],
  );
  const currency = rows[0]!.currency;
  const item = {
    priceId: 'price_more',
    planId: null,
    unitAmountDecimal: String(2_000 + (nowMs % 1_000)),
    currency,
    interval: 'month',
    intervalCount: 1,
    quantity: 1,
    isMetered: false,
  } as const;
  const change = {
    effectiveMs: nowMs,
    cause: 'items_changed',
    status: 'active',
    currency,
    items: [item],
    discounts: [],
  } as const;
  const changes = [...known, change];
  await database.transaction((tx) =>
    appendHistory(tx, accountId, { subscriptionKey, source: 'stripe', changes }, nowMs),
  );
  const { signal } = new AbortController();
  const fromMs = performance.now();
  await ledger.note([accountId]);
  await ledger.work(signal);
  return performance.now() - fromMs;
}

interface EventsToFollow {
  readonly count: number;
  readonly first: number;
  readonly customers: number;
}

async function followEvents(
  { usage }: Parts,
  client: pg.Client,
  { count, first, customers }: EventsToFollow,
): Promise<number> {
  await client.query(
    `INSERT INTO usage_events (account_id, user_id, event_type, occurred_at, recorded_at,
       resource_consumed, cost_cents, model, provider, counted, over_limit, late)
     SELECT account, account, 'audio_processed', at, at, 3, 0.6, 'whisper-1',
       'openai', '{"audio_minutes": "3"}', false, false
     FROM generate_series(0, $2::int - 1) n, (SELECT ends_at AS at FROM bench_span) present,
       LATERAL (SELECT 1 + ($1::bigint + n) % $3::bigint AS account) made`,
    [first, count, customers],
  );
  const fromMs = performance.now();
  for (let some = 1; some > 0;) some = await usage.work();
  return performance.now() - fromMs;
}
