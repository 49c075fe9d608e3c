import type { Executor, Tx } from '../../../platform/database.ts';
import type { CellReader } from '../imports/lines/cells.ts';

/** A field of a line, as a column of a file and a member of the API's lines. */
export interface InputField<F extends string> {
  readonly name: F;
  readonly isNeeded: boolean;
  readonly description: string;
}

/** What lines take for granted where they say nothing. */
export interface InputDefaults {
  /** Of amounts, and what rates are in. */
  readonly currency: string;
  /** Where tickets and answers come from. */
  readonly origin: string;
}

/** What is written of one line beside what it says. */
export interface InputTaking {
  readonly nowMs: number;
}

/**
 * A kind of thing that the business knows elsewhere. Lines are known by their key: one that is on
 * record as it is counts once, and one that says something else supersedes it.
 */
export interface InputKind<L = unknown, F extends string = string> {
  /** As it is imported and asked for, such as `marketing-spend`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly fields: readonly InputField<F>[];
  /** Whether lines may tell attributes of whom they are about, each in a field `attribute.name`. */
  readonly takesAttributes?: boolean;
  read(reader: CellReader<F>, defaults: InputDefaults): L;
  keyOf(line: L): string;
  /** What a line makes of what is on record; it takes its place as it is where this is left out. */
  over?(before: L | undefined, line: L): L;
  /** Of lines that `conflict` holds against each other; their own key where it is left out. */
  groupOf?(line: L): string;
  /** What is on record of these lines, and around them where `conflict` looks at more. */
  find(executor: Executor, lines: readonly L[]): Promise<L[]>;
  /** Why a line cannot stand beside what is on record. */
  conflict?(line: L, others: Iterable<L>): { readonly field: F; readonly message: string } | null;
  put(tx: Tx, lines: readonly L[], at: InputTaking): Promise<void>;
}
