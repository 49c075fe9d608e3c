import type { HistoryLine, LineFault } from './history-line.ts';
import type { NumberedLine as Numbered, RefusedLine } from './lines/take-lines.ts';

/** A line of a file, by its number there. */
export type NumberedLine = Numbered<HistoryLine>;

/** A stretch of a subscription that is on record. */
export interface StoredStretch extends HistoryLine {
  readonly id: number;
}

/** What becomes of some lines. */
export interface DecidedLines {
  /** New stretches, and those that are told anew. */
  readonly taken: readonly NumberedLine[];
  /** How many say what is on record already. */
  readonly known: number;
  readonly refused: readonly RefusedLine[];
}

/**
 * Decides about lines one after the other, each against what is on record and the lines before it:
 * one that is on record counts once, one with the same start tells the same stretch anew, and one
 * that overlaps another stretch of its subscription, or is of somebody else's, is refused.
 */
export function decideLines(
  stored: readonly HistoryLine[],
  lines: readonly NumberedLine[],
): DecidedLines {
  const bySubscription = new Map<string, HistoryLine[]>();
  for (const stretch of stored) remember(bySubscription, stretch);
  const taken = new Map<string, NumberedLine>();
  const refused: RefusedLine[] = [];
  let known = 0;
  for (const { number, line } of lines) {
    const stretches = bySubscription.get(line.subscriptionKey) ?? [];
    const fault = faultOf(line, stretches);
    if (fault !== undefined) {
      refused.push({ number, faults: [fault] });
      continue;
    }
    if (stretches.some((stretch) => isSame(stretch, line))) {
      known += 1;
      continue;
    }
    remember(bySubscription, line);
    taken.set(`${line.startsOn} ${line.subscriptionKey}`, { number, line });
  }
  return { taken: [...taken.values()], known, refused };
}

function remember(bySubscription: Map<string, HistoryLine[]>, line: HistoryLine): void {
  const others = (bySubscription.get(line.subscriptionKey) ?? []).filter(
    ({ startsOn }) => startsOn !== line.startsOn,
  );
  bySubscription.set(line.subscriptionKey, [...others, line]);
}

function faultOf(line: HistoryLine, stretches: readonly HistoryLine[]): LineFault | undefined {
  const stranger = stretches.find(({ customerKey }) => customerKey !== line.customerKey);
  if (stranger !== undefined) {
    return { field: 'customer_id', message: 'is another customer of this subscription' };
  }
  const other = stretches.find(
    (stretch) => stretch.startsOn !== line.startsOn && overlaps(stretch, line),
  );
  if (other === undefined) return undefined;
  const until = other.endsOn === null ? 'on' : `until ${other.endsOn}`;
  const message = `overlaps the stretch from ${other.startsOn} ${until} of this subscription`;
  return { field: 'started_on', message };
}

/** What a line does not tell of a customer stays as it is. */
function tellsNothingNew(stored: HistoryLine, line: HistoryLine): boolean {
  return (
    [stored.country, ''].includes(line.country) &&
    [stored.source, ''].includes(line.source) &&
    Object.entries(line.attributes).every(
      ([name, value]) => (stored.attributes[name] ?? '') === value,
    )
  );
}

/** Half-open, so that one may begin on the day on which another ends. */
function overlaps(first: HistoryLine, second: HistoryLine): boolean {
  return (
    (second.endsOn === null || first.startsOn < second.endsOn) &&
    (first.endsOn === null || second.startsOn < first.endsOn)
  );
}

function isSame(first: HistoryLine, second: HistoryLine): boolean {
  const isSameStretch = COMPARED.every((member) => first[member] === second[member]);
  return isSameStretch && tellsNothingNew(first, second);
}

const COMPARED = [
  'startsOn',
  'endsOn',
  'plan',
  'amount',
  'currency',
  'interval',
  'intervalCount',
  'isTrial',
] as const satisfies readonly (keyof HistoryLine)[];
