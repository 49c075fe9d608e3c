import type { Clock } from '@whisperforge/kernel/clock';
import { dayIn } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import { bucketOf } from './buckets.ts';
import { addTraffic, markAlive, type CountedRequests } from './store.ts';

/** One request, as it was answered. */
export interface MeasuredRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  /** The secret key that asked. */
  readonly keyId: number | undefined;
}

export interface TrafficOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** Whose days requests are counted by. */
  readonly timeZone: string;
}

export type Traffic = ReturnType<typeof createTraffic>;

const MINUTE_MS = 60_000;

/**
 * Counts requests in memory, and writes the counts now and then: what a process had counted since
 * is lost with it, and nothing that anybody is charged for rests on it.
 */
export function createTraffic({ database, clock, timeZone }: TrafficOptions) {
  let counted = new Map<string, Mutable<CountedRequests>>();

  function measure({ method, route, status, durationMs, keyId = 0 }: MeasuredRequest): void {
    const minuteMs = clock.nowMs() - (clock.nowMs() % MINUTE_MS);
    const durationUs = Math.max(0, Math.round(durationMs * 1_000));
    const bucket = bucketOf(durationUs);
    const key = `${minuteMs} ${keyId} ${status} ${bucket} ${method} ${route}`;
    const present = counted.get(key);
    if (present === undefined) {
      counted.set(key, { minuteMs, method, route, keyId, status, bucket, requests: 1, durationUs });
    } else {
      present.requests += 1;
      present.durationUs += durationUs;
    }
  }

  return {
    measure,
    /** Writes what was counted, and that this process is there. What cannot be written is kept. */
    async flush(): Promise<void> {
      const writing = counted;
      counted = new Map();
      const nowMs = clock.nowMs();
      try {
        await database.transaction(async (tx) => {
          await markAlive(tx, {
            minuteMs: nowMs - (nowMs % MINUTE_MS),
            day: dayIn(timeZone, nowMs),
          });
          await addTraffic(tx, [...writing.values()], timeZone);
        });
      } catch (error) {
        keep(writing);
        throw error;
      }
    },
  };

  function keep(unwritten: ReadonlyMap<string, Mutable<CountedRequests>>): void {
    for (const [key, each] of unwritten) {
      const present = counted.get(key);
      if (present === undefined) {
        if (counted.size < MOST_KEPT) counted.set(key, each);
        continue;
      }
      present.requests += each.requests;
      present.durationUs += each.durationUs;
    }
  }
}

/** While the database is away, a process keeps no more than it can carry. */
const MOST_KEPT = 50_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
