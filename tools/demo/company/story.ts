// pure
import { DAY_MS, dayStartIn, shiftDay, shiftMonth, UTC } from '@whisperforge/kernel/period';

/** What makes one demo company: the same terms make the same company. */
export interface CompanyTerms {
  readonly seed: string;
  /** Nothing of this day has happened yet; in UTC. */
  readonly today: string;
  readonly people: number;
  /** It began with the first day of the month so many months ago. */
  readonly months: number;
}

/** The days on which something happened that figures show. */
export interface Story {
  readonly beginMs: number;
  readonly endMs: number;
  /** The outage: sign-ups fall, tickets pile up, and customers leave. */
  readonly incident: Days;
  /** Pro costs more for whoever buys from then on. */
  readonly priceMs: number;
  readonly aiPriceDropMs: number;
  readonly campaigns: readonly Days[];
}

/** Half-open. */
export interface Days {
  readonly startMs: number;
  readonly endMs: number;
}

const OUTAGE_DAYS = 3;
const CAMPAIGN_DAYS = 11;
/** For how long after it people still wait and see. */
const ECHO_DAYS = 20;
/** An outage's month has ended, and so has the one after it, before it is told as a story. */
const SETTLED_DAYS = 53;

export function storyOf({ today, months }: CompanyTerms): Story {
  const endMs = startOf(today);
  const month = `${today.slice(0, 7)}-01`;
  const beginMs = startOf(shiftMonth(today, -months));
  return {
    beginMs,
    endMs,
    incident: daysFrom(lastOf('03-09', shiftDay(today, -SETTLED_DAYS)), OUTAGE_DAYS),
    priceMs: startOf(shiftMonth(month, -10)),
    aiPriceDropMs: startOf(shiftDay(shiftMonth(month, -5), 14)),
    campaigns: campaignsUntil(today).filter(({ startMs }) => startMs >= beginMs),
  };
}

/** Those of the last two years that are over. */
function campaignsUntil(today: string): Days[] {
  const last = lastOf('11-21', shiftDay(today, -CAMPAIGN_DAYS));
  const before = lastOf('11-21', shiftDay(last, -1));
  return [before, last].map((day) => daysFrom(day, CAMPAIGN_DAYS));
}

/** The last such day of a year that is not after another day. */
function lastOf(monthAndDay: string, day: string): string {
  const year = Number(day.slice(0, 4));
  const thisYear = `${year}-${monthAndDay}`;
  return thisYear <= day ? thisYear : `${year - 1}-${monthAndDay}`;
}

function daysFrom(day: string, count: number): Days {
  return { startMs: startOf(day), endMs: startOf(day) + count * DAY_MS };
}

/** The days of an outage with those after it in which fewer people come and buy. */
export function echoOf({ incident }: Story): Days {
  return { ...incident, endMs: incident.endMs + ECHO_DAYS * DAY_MS };
}

function startOf(day: string): number {
  return dayStartIn(UTC, day);
}

export function isWithin({ startMs, endMs }: Days, atMs: number): boolean {
  return atMs >= startMs && atMs < endMs;
}
