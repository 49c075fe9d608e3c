import { DAY_MS } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import { readCursor, writeCursor } from '../../../platform/pages.ts';
import {
  compareRows,
  positionOf,
  rankOf,
  TIMELINE_KINDS,
  type TimelineKind,
  type TimelinePosition,
  type TimelineRow,
} from './entry.ts';
import { listEvents } from './store-events.ts';
import { listUsageDays } from './store-usage.ts';

export interface TimelineQuery {
  readonly accountId: number;
  readonly kinds: readonly TimelineKind[];
  readonly cursor: string | undefined;
  readonly limit: number;
  readonly nowMs: number;
}

export interface TimelinePage {
  readonly rows: readonly TimelineRow[];
  readonly nextCursor: string | null;
}

/** Above every entry of an instant. */
const TOP_RANK = TIMELINE_KINDS.length;

/**
 * All that happened to an account on one line of time, latest first. Of each source as much is
 * read as a page can hold. Use is added up by days; where only some days could be, the page ends
 * with the last whole one, so that nothing of before it is shown out of its turn.
 */
export async function readTimeline(
  executor: Executor,
  { accountId, kinds, cursor, limit, nowMs }: TimelineQuery,
): Promise<TimelinePage> {
  const before = cursor === undefined ? null : positionAt(cursor);
  const request = { accountId, kinds, before, limit: limit + 1 };
  const events = await listEvents(executor, request);
  const usage = kinds.includes('usage')
    ? await listUsageDays(executor, accountId, before?.atMs ?? nowMs + DAY_MS)
    : { rows: [], openUntilMs: null };
  const { openUntilMs } = usage;
  const isInTurn = (row: TimelineRow): boolean =>
    isBefore(row, before) && (openUntilMs === null || row.atMs > openUntilMs);
  const all = [...events, ...usage.rows].filter(isInTurn).toSorted(compareRows);
  const rows = all.slice(0, limit);
  const last = rows.at(-1);
  if (all.length > limit && last !== undefined) {
    return { rows, nextCursor: cursorOf(positionOf(last)) };
  }
  if (openUntilMs === null) return { rows, nextCursor: null };
  return { rows, nextCursor: cursorOf({ atMs: openUntilMs, rank: TOP_RANK, id: '' }) };
}

function isBefore(row: TimelineRow, before: TimelinePosition | null): boolean {
  if (before === null || row.atMs !== before.atMs) return before === null || row.atMs < before.atMs;
  const rank = rankOf(row.kind);
  return rank === before.rank ? row.id < before.id : rank < before.rank;
}

function cursorOf({ atMs, rank, id }: TimelinePosition): string {
  return writeCursor([atMs, rank, id]);
}

function positionAt(cursor: string): TimelinePosition {
  const [atMs, rank, id] = readCursor(cursor, ['instant', 'number', 'string']);
  return { atMs, rank, id };
}
