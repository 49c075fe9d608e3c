/**
 * The business clock. Instants are epoch milliseconds in numbers named `...Ms`: they compare
 * and sort without allocation on the hot path, and `Temporal` does the calendar in `period.ts`.
 * This is the only file that reads the machine's clock.
 */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };

export interface ManualClock extends Clock {
  /** Moves forward to an instant; a business clock never runs backwards. */
  advanceTo(ms: number): void;
  advanceBy(ms: number): void;
}

/** A clock that stands still until it is told to move. */
export function manualClock(startMs: number): ManualClock {
  let current = startMs;
  const advanceTo = (ms: number): void => {
    if (!(ms >= current)) throw new RangeError(`the clock cannot go back from ${current} to ${ms}`);
    current = ms;
  };
  return { nowMs: () => current, advanceTo, advanceBy: (ms) => advanceTo(current + ms) };
}

const DAY_MS = 86_400_000;
const MOST_DAYS_KEPT = 4_096;
const printedDays = new Map<number, string>();

/** The day as ISO 8601 prints it, up to the `T`; a program prints few different days. */
function printDay(day: number): string {
  let printed = printedDays.get(day);
  if (printed === undefined) {
    printed = new Date(day * DAY_MS).toISOString().slice(0, -13);
    if (printedDays.size === MOST_DAYS_KEPT) printedDays.clear();
    printedDays.set(day, printed);
  }
  return printed;
}

const twoDigits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/**
 * ISO 8601 in UTC with milliseconds, such as `2026-03-01T00:00:00.000Z`. Written out, because
 * every answer has several and `Date` takes several times as long.
 */
export function formatInstant(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  const rest = ms - day * DAY_MS;
  const seconds = Math.floor(rest / 1_000);
  const minutes = Math.floor(seconds / 60);
  const milli = rest - seconds * 1_000;
  const hh = twoDigits[Math.floor(minutes / 60)];
  const time = `${hh}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${printDay(day)}${time}.${milli === 0 ? '000' : String(milli).padStart(3, '0')}Z`;
}

/** The end of the last year of four digits: a later one is written in no form that is read. */
const LAST_MS = Date.UTC(10_000, 0) - 1;

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d)?)$/;

/**
 * Reads RFC 3339 (`2026-03-01T09:30:00+01:00`) and Postgres's own form
 * (`2026-03-01 08:30:00.123+00`). Finer digits than a millisecond are cut off.
 * Answers `undefined` for anything else, including dates that do not exist.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const milli = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'));
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second, milli);
  const day0 = new Date(utcMs);
  if (day0.getUTCMonth() !== month - 1 || day0.getUTCDate() !== day || year < 1900) {
    return undefined;
  }
  if (match[8] === undefined) return utcMs;
  const offsetHours = Number(match[9]);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 18 || offsetMinutes > 59) return undefined;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  const instantMs = match[8] === '+' ? utcMs - offsetMs : utcMs + offsetMs;
  return instantMs > LAST_MS ? undefined : instantMs;
}

const digits = (text: string, at: number, count: number): number => {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    value = value * 10 + text.charCodeAt(index) - 48;
  }
  return value;
};

/**
 * The form in which Postgres prints `timestamptz` in a UTC session, read by position because
 * the hot path reads several per answer: `2026-11-22 17:35:56.123+00`.
 */
export function parsePostgresInstant(text: string): number {
  const year = digits(text, 0, 4);
  // Far from our time, and in other zones, the positions mean something else.
  const isOurs = text.length >= 22 && year >= 1900 && text.charCodeAt(4) === 45;
  if (!isOurs || !text.endsWith('+00')) {
    const parsed = parseInstant(text);
    if (parsed === undefined) throw new RangeError(`not an instant in UTC: ${text}`);
    return parsed;
  }
  const milli =
    text.charCodeAt(19) === 46 ? digits(text.slice(20, -3).slice(0, 3).padEnd(3, '0'), 0, 3) : 0;
  return Date.UTC(
    year,
    digits(text, 5, 2) - 1,
    digits(text, 8, 2),
    digits(text, 11, 2),
    digits(text, 14, 2),
    digits(text, 17, 2),
    milli,
  );
}
