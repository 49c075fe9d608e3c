import type { NumberedLine, RefusedLine } from '../imports/lines/take-lines.ts';
import type { InputKind } from './kind.ts';

export interface DecidedInputs<L> {
  /** What is new or told anew, of each key the last word. */
  readonly taken: readonly L[];
  readonly known: number;
  readonly refused: readonly RefusedLine[];
}

type Rules<L> = Pick<InputKind<L>, 'keyOf' | 'conflict' | 'over'>;

/** Decides about lines one after the other, each against what is on record and the lines before. */
export function decideAnew<L>(
  rules: Rules<L>,
  stored: readonly L[],
  lines: readonly NumberedLine<L>[],
): DecidedInputs<L> {
  const present = new Map(stored.map((line) => [rules.keyOf(line), line]));
  const taken = new Map<string, L>();
  const refused: RefusedLine[] = [];
  let known = 0;
  for (const { number, line: told } of lines) {
    const key = rules.keyOf(told);
    const before = present.get(key);
    const line = rules.over?.(before, told) ?? told;
    if (before !== undefined && canonical(before) === canonical(line)) {
      known += 1;
      continue;
    }
    const fault = rules.conflict?.(line, others(present, key)) ?? null;
    if (fault !== null) {
      refused.push({ number, faults: [fault] });
      continue;
    }
    present.set(key, line);
    taken.set(key, line);
  }
  return { taken: [...taken.values()], known, refused };
}

function* others<L>(present: ReadonlyMap<string, L>, key: string): Generator<L> {
  for (const [each, line] of present) if (each !== key) yield line;
}

/** The same for the same content, whatever the order in which a store and a file name it. */
function canonical(line: unknown): string {
  return JSON.stringify(line, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}
