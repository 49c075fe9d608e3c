import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import type { Database, Tx } from '../../../platform/database.ts';
import { COLUMNS_MISSING, ORIGIN_INVALID } from '../errors.ts';
import { decideLines, type NumberedLine, type RefusedLine } from './decide-lines.ts';
import { missingColumns, parseHistoryLine, type HistoryFormat } from './history-line.ts';
import {
  beginImport,
  findStretches,
  putProgress,
  putStretches,
  type ImportProgress,
} from './store.ts';

/** A line of a table, by its number in the file and its cells by the names of their columns. */
export interface TableLine {
  readonly number: number;
  readonly cells: Readonly<Record<string, string | undefined>>;
}

export interface HistoryFile {
  /** The company or system that it comes from; customers are known by it and their id. */
  readonly origin: string;
  readonly format: HistoryFormat;
  /** Of the file's content. */
  readonly digest: string;
  readonly header: readonly string[];
  readonly lines: AsyncIterable<TableLine>;
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

const AT_ONCE = 1_000;

/**
 * Takes in histories that were kept elsewhere. Every thousand lines are written together with how
 * far the file has come, so that the same file again goes on where a killed import was left.
 */
export function createImports({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** @throws COLUMNS_MISSING, ORIGIN_INVALID before any line is read */
    async run(file: HistoryFile, options: ImportOptions): Promise<ImportReport> {
      requireReadable(file);
      const name = { origin: file.origin, digest: `${file.digest} ${canonical(file.format)}` };
      const inOneGo = options.isDryRun
        ? (work: (tx: Tx) => Promise<ImportProgress>) => undone(database, work)
        : undefined;
      const each = (tx: Tx, batch: readonly TableLine[]) =>
        takeBatch(tx, { ...name, file, options, batch, nowMs: clock.nowMs() });
      if (inOneGo !== undefined) {
        return reportOf(await inOneGo((tx) => takeAll(file, (batch) => each(tx, batch), options)));
      }
      const last = await takeAll(
        file,
        (batch) => database.transaction((tx) => each(tx, batch)),
        options,
      );
      return reportOf(last);
    },
  };
}

function requireReadable({ origin, header, format }: HistoryFile): void {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(origin) || origin === 'accounts') {
    throw new AppError(ORIGIN_INVALID, {
      message: 'An origin is a short name such as "acme-2024"; "accounts" is taken.',
    });
  }
  const missing = missingColumns(header, format);
  if (missing.length > 0) {
    throw new AppError(COLUMNS_MISSING, {
      message: `The file has no column ${missing.map((name) => `"${name}"`).join(', ')}.`,
      members: { missing, present: header },
    });
  }
}

/** The last batch is short, maybe empty; it says that the file is at its end. */
async function takeAll(
  { lines }: HistoryFile,
  take: (batch: readonly TableLine[]) => Promise<ImportProgress>,
  { onProgress }: ImportOptions,
): Promise<ImportProgress> {
  let batch: TableLine[] = [];
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < AT_ONCE) continue;
    onProgress?.((await take(batch)).linesDone);
    batch = [];
  }
  return take(batch);
}

interface Batch {
  readonly origin: string;
  readonly digest: string;
  readonly file: HistoryFile;
  readonly options: ImportOptions;
  readonly batch: readonly TableLine[];
  readonly nowMs: number;
}

async function takeBatch(tx: Tx, of: Batch): Promise<ImportProgress> {
  const { origin, file, options, batch, nowMs } = of;
  const before = await beginImport(tx, of);
  const ahead = batch.filter(({ number }) => number > before.linesDone);
  const parsed: NumberedLine[] = [];
  const refused: RefusedLine[] = [];
  for (const { number, cells } of ahead) {
    const { line, faults } = parseHistoryLine(cells, file.format);
    if (faults === undefined) parsed.push({ number, line });
    else refused.push({ number, faults });
  }
  const keys = [...new Set(parsed.map(({ line }) => line.subscriptionKey))];
  const decided = decideLines(await findStretches(tx, origin, keys), parsed);
  await putStretches(tx, { origin, importId: before.id, nowMs }, decided.taken);
  refused.push(...decided.refused);
  const after: ImportProgress = {
    ...before,
    linesDone: ahead.at(-1)?.number ?? before.linesDone,
    taken: before.taken + parsed.length - decided.known - decided.refused.length,
    known: before.known + decided.known,
    refused: before.refused + refused.length,
  };
  await putProgress(tx, after, batch.length < AT_ONCE ? nowMs : null);
  for (const line of refused.toSorted((a, b) => a.number - b.number)) options.onRefused?.(line);
  return after;
}

function reportOf({ linesDone, taken, known, refused }: ImportProgress): ImportReport {
  return { lines: linesDone, taken, known, refused };
}

/** Does work in a transaction of which nothing is kept. */
async function undone<T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> {
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

function canonical({ columns, amounts, currency, billingCycle }: HistoryFormat): string {
  const mapped = Object.entries(columns).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([mapped, amounts, currency, billingCycle]);
}
