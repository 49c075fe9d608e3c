import type { Database, Executor, Tx } from '../../../../platform/database.ts';

/** A line of a table, by its number in the file and its cells by the names of their columns. */
export interface TableLine {
  readonly number: number;
  readonly cells: Readonly<Record<string, string | undefined>>;
}

/** A table whose lines are read once and one after the other. */
export interface LinesFile {
  /** Of the file's content. */
  readonly digest: string;
  readonly header: readonly string[];
  readonly lines: AsyncIterable<TableLine>;
}

/** Why a line is refused. */
export interface LineFault<F extends string = string> {
  readonly field: F;
  readonly message: string;
}

export interface RefusedLine {
  readonly number: number;
  readonly faults: readonly LineFault[];
}

/** A line that was understood, by its number in the file. */
export interface NumberedLine<L> {
  readonly number: number;
  readonly line: L;
}

export type ParsedLine<L, F extends string = string> =
  | { readonly line: L; readonly faults?: undefined }
  | { readonly line?: undefined; readonly faults: readonly LineFault<F>[] };

/** How far the import of one file has come. */
export interface ImportProgress {
  readonly id: number;
  readonly linesDone: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
  readonly isFinished: boolean;
}

/** What was made of lines that were understood. */
export interface TakenLines {
  /** How many say what is on record already. */
  readonly known: number;
  readonly refused: readonly RefusedLine[];
}

/** What becomes of the lines of one kind of table. */
export interface Intake<L> {
  /** Begins the import of a file, or finds where it was left; two at once wait for each other. */
  begin(tx: Tx, nowMs: number): Promise<ImportProgress>;
  /** Where it was left, without beginning it. */
  findProgress(executor: Executor): Promise<ImportProgress>;
  putProgress(tx: Tx, progress: ImportProgress, finishedMs: number | null): Promise<void>;
  parse(cells: TableLine['cells']): ParsedLine<L>;
  take(
    tx: Tx,
    lines: readonly NumberedLine<L>[],
    of: { readonly importId: number; readonly nowMs: number },
  ): Promise<TakenLines>;
  /** Decides about the lines of a file as `take` would, in their order, and writes nothing. */
  rehearsal(): Rehearsal<L>;
}

export interface Rehearsal<L> {
  decide(executor: Executor, lines: readonly NumberedLine<L>[]): Promise<TakenLines>;
  /** Forgets what the lines have said. */
  end(): void;
}

/** How far a file comes that was never begun. */
export const NOT_BEGUN: ImportProgress = {
  id: 0,
  linesDone: 0,
  taken: 0,
  known: 0,
  refused: 0,
  isFinished: false,
};

export interface ImportOptions {
  /** Decides about every line and changes nothing. */
  readonly isDryRun: boolean;
  readonly onProgress?: (linesDone: number) => void;
  readonly onRefused?: (line: RefusedLine) => void;
}

export interface ImportReport {
  readonly lines: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
}

interface Taking<L> {
  readonly file: Pick<LinesFile, 'lines'>;
  readonly intake: Intake<L>;
  readonly options: ImportOptions;
  nowMs(): number;
}

const AT_ONCE = 1_000;

/**
 * Takes in the lines of a file. Every thousand are written together with how far the file has come,
 * so that the same file again goes on where a killed import was left, and no line counts twice. A
 * dry run reads and remembers: a transaction that is held open for as long delays the sums of use.
 */
export async function takeLines<L>(database: Database, taking: Taking<L>): Promise<ImportReport> {
  const { linesDone, ...counts } = taking.options.isDryRun
    ? await rehearse(database, taking)
    : await takeAll(taking, (batch) => database.transaction((tx) => takeBatch(tx, taking, batch)));
  const { taken, known, refused } = counts;
  return { lines: linesDone, taken, known, refused };
}

async function rehearse<L>(database: Database, taking: Taking<L>): Promise<ImportProgress> {
  const { intake } = taking;
  const rehearsal = intake.rehearsal();
  try {
    let before = await intake.findProgress(database);
    return await takeAll(taking, async (batch) => {
      const take = (lines: readonly NumberedLine<L>[]) => rehearsal.decide(database, lines);
      const outcome = await decideBatch(intake, batch, { before, take });
      before = outcome.progress;
      return outcome;
    });
  } finally {
    rehearsal.end();
  }
}

/** The last batch is short, maybe empty; it says that the file is at its end. */
async function takeAll<L>(
  { file, options }: Taking<L>,
  take: (batch: readonly TableLine[]) => Promise<Outcome>,
): Promise<ImportProgress> {
  const tell = ({ refused }: Outcome): void => {
    for (const line of refused) options.onRefused?.(line);
  };
  let batch: TableLine[] = [];
  for await (const line of file.lines) {
    batch.push(line);
    if (batch.length < AT_ONCE) continue;
    const outcome = await take(batch);
    tell(outcome);
    options.onProgress?.(outcome.progress.linesDone);
    batch = [];
  }
  const last = await take(batch);
  tell(last);
  return last.progress;
}

interface Outcome {
  readonly progress: ImportProgress;
  readonly refused: readonly RefusedLine[];
}

async function takeBatch<L>(
  tx: Tx,
  { intake, ...taking }: Taking<L>,
  batch: readonly TableLine[],
): Promise<Outcome> {
  const nowMs = taking.nowMs();
  const before = await intake.begin(tx, nowMs);
  const at = { importId: before.id, nowMs };
  const outcome = await decideBatch(intake, batch, {
    before,
    take: (lines) => intake.take(tx, lines, at),
  });
  await intake.putProgress(tx, outcome.progress, batch.length < AT_ONCE ? nowMs : null);
  return outcome;
}

interface Batch<L> {
  readonly before: ImportProgress;
  readonly take: (lines: readonly NumberedLine<L>[]) => Promise<TakenLines>;
}

async function decideBatch<L>(
  { parse }: Pick<Intake<L>, 'parse'>,
  batch: readonly TableLine[],
  { before, take }: Batch<L>,
): Promise<Outcome> {
  const ahead = batch.filter(({ number }) => number > before.linesDone);
  const parsed: NumberedLine<L>[] = [];
  const refused: RefusedLine[] = [];
  for (const { number, cells } of ahead) {
    const { line, faults } = parse(cells);
    if (faults === undefined) parsed.push({ number, line });
    else refused.push({ number, faults });
  }
  const decided = await take(parsed);
  refused.push(...decided.refused);
  const progress: ImportProgress = {
    ...before,
    linesDone: ahead.at(-1)?.number ?? before.linesDone,
    taken: before.taken + parsed.length - decided.known - decided.refused.length,
    known: before.known + decided.known,
    refused: before.refused + refused.length,
  };
  return { progress, refused: refused.toSorted((a, b) => a.number - b.number) };
}

/** Does work in a transaction of which nothing is kept. */
export async function undone<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
  const outcome: { value?: T } = {};
  const stop = new Error('a dry run keeps nothing');
  try {
    await database.transaction(async (tx) => {
      outcome.value = await work(tx);
      throw stop;
    });
  } catch (error) {
    if (error !== stop) throw error;
  }
  return outcome.value as T;
}
