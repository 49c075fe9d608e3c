import type { Caller } from '../../platform/routes.ts';
import type { ActiveKey } from './store.ts';

export interface KeyCacheOptions {
  readonly read: () => Promise<readonly ActiveKey[]>;
  /** Milliseconds of a clock that only runs forwards, such as `performance.now`. */
  readonly elapsedMs: () => number;
}

export interface KeyCache {
  /** At once from what was read lately, else after another read. */
  find(digest: string): Caller | undefined | Promise<Caller | undefined>;
  /** From now on, only what is read after this instant counts. */
  invalidate(): void;
}

/** Older than this, it is read again while it still answers. */
const REFRESH_MS = 400;
/** Older than this it no longer answers: a revoked key works for less than a second. */
const STALE_MS = 900;

interface Snapshot {
  readonly callers: ReadonlyMap<string, Caller>;
  /** When its read began. What was committed before that is in it. */
  readonly readAtMs: number;
}

interface Reading {
  readonly startedMs: number;
  readonly done: Promise<Snapshot>;
}

/**
 * All active keys in memory. Announcements of the database invalidate it within milliseconds; its
 * age bounds how long it is wrong when an announcement is lost with its connection.
 */
export function createKeyCache({ read, elapsedMs }: KeyCacheOptions): KeyCache {
  let snapshot: Snapshot = { callers: new Map(), readAtMs: Number.NEGATIVE_INFINITY };
  let notBeforeMs = Number.NEGATIVE_INFINITY;
  let reading: Reading | undefined;

  const load = async (startedMs: number): Promise<Snapshot> => {
    const keys = await read();
    const callers = keys.map(({ id, digest, scopes }) => [digest, { keyId: id, scopes }] as const);
    const loaded = { callers: new Map(callers), readAtMs: startedMs };
    if (startedMs > snapshot.readAtMs) snapshot = loaded;
    return loaded;
  };

  const refresh = (): Promise<Snapshot> => {
    if (reading !== undefined && reading.startedMs > notBeforeMs) return reading.done;
    const startedMs = elapsedMs();
    const started: Reading = {
      startedMs,
      done: load(startedMs).finally(() => {
        if (reading === started) reading = undefined;
      }),
    };
    reading = started;
    return started.done;
  };

  return {
    find(digest) {
      const ageMs = elapsedMs() - snapshot.readAtMs;
      if (ageMs < STALE_MS && snapshot.readAtMs > notBeforeMs) {
        // A failure shows when the snapshot is stale and somebody waits for the next read.
        if (ageMs > REFRESH_MS) refresh().catch(() => undefined);
        return snapshot.callers.get(digest);
      }
      return refresh().then(({ callers }) => callers.get(digest));
    },
    invalidate() {
      notBeforeMs = elapsedMs();
    },
  };
}
