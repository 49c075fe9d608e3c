import { AppError } from '../../src/platform/errors.ts';
import type { Process } from './process.ts';

/** One thing that somebody does, to the model and to the system. */
export interface Step {
  /** What it is, for whoever reads about a disagreement. */
  readonly text: string;
  /** Does it to the model. */
  expect(): unknown;
  /** Does it to the system. */
  act(process: Process): Promise<unknown>;
  /** Whether doing it again is harmless, as after a lost answer. */
  readonly isRepeatable: boolean;
  readonly isCommand: boolean;
}

/** The model and the system answered differently. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
  readonly expected: unknown;
  readonly actual: unknown;

  constructor(text: string, answers: { readonly expected: unknown; readonly actual: unknown }) {
    super(`${text}\n  model:  ${shown(answers.expected)}\n  system: ${shown(answers.actual)}`);
    this.expected = answers.expected;
    this.actual = answers.actual;
  }
}

function shown(answer: unknown): string {
  return answer instanceof Error ? (answer.stack ?? answer.message) : JSON.stringify(answer);
}

/** Faults that callers are told of become answers; all others are bugs. */
export async function answerOf(step: Step, process: Process): Promise<unknown> {
  try {
    return await step.act(process);
  } catch (error) {
    if (error instanceof AppError) return { error: error.code };
    throw new Disagreement(`${step.text}: ${String(error)}`, {
      expected: step.expect(),
      actual: error,
    });
  }
}

export function compare(text: string, expected: unknown, actual: unknown): void {
  if (isSame(expected, actual)) return;
  throw new Disagreement(text, { expected, actual });
}

/** Structural equality of answers; a member that is missing is not one that is undefined. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [Object.entries(a), new Map(Object.entries(b))];
  return one.length === other.size && one.every(([key, value]) => isSame(value, other.get(key)));
}

export async function perform(step: Step, process: Process): Promise<void> {
  const actual = await answerOf(step, process);
  compare(step.text, step.expect(), actual);
}
