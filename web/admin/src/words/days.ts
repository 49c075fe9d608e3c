// pure
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';

/** The instant at which a day such as `2026-04-30` begins, in UTC; nothing for no day. */
export function startOfDay(day: string): string | undefined {
  const startMs = parseInstant(`${day}T00:00:00Z`);
  return startMs === undefined ? undefined : formatInstant(startMs);
}

/** The instant at which it has ended. */
export function endOfDay(day: string): string | undefined {
  const startMs = parseInstant(`${day}T00:00:00Z`);
  return startMs === undefined ? undefined : formatInstant(startMs + DAY_MS);
}
