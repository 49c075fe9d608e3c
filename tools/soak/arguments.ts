import { parseArgs } from 'node:util';
import { Refusal } from '../refusal.ts';

export interface SoakArguments {
  readonly minutes: number;
  readonly seed: number;
  /** One scenario alone. */
  readonly only: string | undefined;
}

const DEFAULT_MINUTES = '30';
const LARGEST_SEED = 2 ** 32 - 1;

export const USAGE = `npm run soak -- [--minutes N] [--seed S] [--only NAME]

Plays every scenario at its full size, round by round, each with a seed of its own that follows from
S. Begins nothing more after N minutes (30), but plays each of them once; what has failed is not
played again. NAME plays one alone. The last lines say how to repeat what failed.`;

/** Throws a refusal for what cannot be understood; `undefined` where help is asked for. */
export function readArguments(args: readonly string[]): SoakArguments | undefined {
  const { values } = parseOrRefuse(args);
  if (values.help === true) return undefined;
  return {
    minutes: readNumber('--minutes', values.minutes ?? DEFAULT_MINUTES, 100_000),
    seed:
      values.seed === undefined
        ? crypto.getRandomValues(new Uint32Array(1))[0]!
        : readNumber('--seed', values.seed, LARGEST_SEED),
    only: values.only,
  };
}

function parseOrRefuse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new Refusal(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readNumber(name: string, text: string, largest: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= largest) return value;
  throw new Refusal(`${name} is ${text}: it must be a whole number from 0 to ${largest}.`);
}
