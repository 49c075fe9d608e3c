import type { Database, Tx } from '../../../../platform/database.ts';

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
  putProgress(tx: Tx, progress: ImportProgress, finishedMs: number | null): Promise<void>;
  parse(cells: TableLine['cells']): ParsedLine<L>;
  take(
    tx: Tx,
    lines: readonly NumberedLine<L>[],
    of: { readonly importId: number; readonly nowMs: number },
  ): Promise<TakenLines>;
}

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
 * so that the same file again goes on where a killed import was left, and no line counts twice.
 */
export async function takeLines<L>(database: Database, taking: Taking<L>): Promise<ImportReport> {
  const each = (tx: Tx, batch: readonly TableLine[]) => takeBatch(tx, taking, batch);
  const { linesDone, ...counts } = taking.options.isDryRun
    ? await undone(database, (tx) => takeAll(taking, (batch) => each(tx, batch)))
    : await takeAll(taking, (batch) => database.transaction((tx) => each(tx, batch)));
  const { taken, known, refused } = counts;
  return { lines: linesDone, taken, known, refused };
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
  const ahead = batch.filter(({ number }) => number > before.linesDone);
  const parsed: NumberedLine<L>[] = [];
  const refused: RefusedLine[] = [];
  for (const { number, cells } of ahead) {
    const { line, faults } = intake.parse(cells);
    if (faults === undefined) parsed.push({ number, line });
    else refused.push({ number, faults });
  }
  const decided = await intake.take(tx, parsed, { importId: before.id, nowMs });
  refused.push(...decided.refused);
  const progress: ImportProgress = {
    ...before,
    linesDone: ahead.at(-1)?.number ?? before.linesDone,
    taken: before.taken + parsed.length - decided.known - decided.refused.length,
    known: before.known + decided.known,
    refused: before.refused + refused.length,
  };
  await intake.putProgress(tx, progress, batch.length < AT_ONCE ? nowMs : null);
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
