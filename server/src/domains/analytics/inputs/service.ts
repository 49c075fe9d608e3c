import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../platform/database.ts';
import { appendAudit, type Actor } from '../../audit/index.ts';
import { readCells } from '../imports/lines/cells.ts';
import { canonicalColumns, requireColumns, type Columns } from '../imports/lines/columns.ts';
import { rememberLines } from '../imports/lines/store-remembered.ts';
import {
  takeLines,
  undone,
  type ImportOptions,
  type ImportReport,
  type Intake,
  type LinesFile,
  type NumberedLine,
  type ParsedLine,
  type RefusedLine,
  type Rehearsal,
  type TableLine,
  type TakenLines,
} from '../imports/lines/take-lines.ts';
import { keepProgress } from '../imports/lines/store-progress.ts';
import { decideAnew } from './decide-anew.ts';
import type { InputDefaults, InputKind } from './kind.ts';
import { listRecords, lockInputs, withdrawRecord, type WithdrawableKind } from './store-records.ts';

export interface InputFile extends LinesFile {
  readonly columns: Columns<string>;
  readonly defaults: InputDefaults;
}

/** Who tells, and why. */
export interface InputContext {
  readonly actor: Actor;
  readonly reason: string;
  readonly nowMs: number;
}

/** Lines that came at once, not in a file. */
export interface ToldLines {
  readonly lines: readonly TableLine['cells'][];
  readonly defaults: InputDefaults;
  readonly isDryRun: boolean;
}

export interface ToldReport extends Omit<ImportReport, 'refused'> {
  /** By their place, the first being 1. */
  readonly refused: readonly RefusedLine[];
}

export type Inputs = ReturnType<typeof createInputs>;

/** Takes in what the business knows elsewhere, from files and from calls. */
export function createInputs({ database, clock }: { database: Database; clock: Clock }) {
  return {
    /** @throws COLUMNS_MISSING before any line is read */
    async importFile(
      kind: InputKind,
      file: InputFile,
      options: ImportOptions & Omit<InputContext, 'nowMs'>,
    ): Promise<ImportReport> {
      const needed = kind.fields.filter(({ isNeeded }) => isNeeded).map(({ name }) => name);
      requireColumns(file.header, { columns: file.columns, needed });
      const intake = fileIntake(kind, file, options);
      return takeLines(database, { file, intake, options, nowMs: () => clock.nowMs() });
    },
    /** All of them or, where one is refused, those that are right. */
    async tell(kind: InputKind, told: ToldLines, context: InputContext): Promise<ToldReport> {
      const work = (tx: Tx): Promise<ToldReport> => take(tx, kind, told, context);
      return told.isDryRun ? undone(database, work) : database.transaction(work);
    },
    list(kind: InputKind, page: { readonly after: string | undefined; readonly limit: number }) {
      return listRecords(database, kind.name, page);
    },
    /** Answers whether it was in force. */
    withdraw(kind: WithdrawableKind, id: number, context: InputContext): Promise<boolean> {
      const { nowMs, actor, reason } = context;
      return database.transaction(async (tx) => {
        const isWithdrawn = await withdrawRecord(tx, kind, { id, nowMs });
        if (!isWithdrawn) return false;
        const subject = { kind: 'input', id: `${kind} ${id}` };
        await appendAudit(tx, [
          { recordedMs: nowMs, actor, action: 'input.withdrawn', subject, reason },
        ]);
        return true;
      });
    },
  };
}

async function take(
  tx: Tx,
  kind: InputKind,
  { lines, defaults }: ToldLines,
  context: InputContext,
): Promise<ToldReport> {
  const parsed: NumberedLine<unknown>[] = [];
  const refused: RefusedLine[] = [];
  for (const [index, cells] of lines.entries()) {
    const { line, faults } = parse(kind, cells, { columns: {}, defaults });
    if (faults === undefined) parsed.push({ number: index + 1, line });
    else refused.push({ number: index + 1, faults });
  }
  const decided = await takeParsed(tx, kind, parsed, context);
  refused.push(...decided.refused);
  const counts = {
    lines: lines.length,
    taken: parsed.length - decided.known - decided.refused.length,
    known: decided.known,
  };
  if (counts.taken > 0) {
    await appendDeed(tx, kind, { ...context, after: { ...counts, refused: refused.length } });
  }
  return { ...counts, refused: refused.toSorted((a, b) => a.number - b.number) };
}

function fileIntake(
  kind: InputKind,
  { digest, columns, defaults }: InputFile,
  context: Omit<InputContext, 'nowMs'>,
): Intake<unknown> {
  const reading = JSON.stringify([canonicalColumns(columns), defaults.currency, defaults.origin]);
  const file = { table: 'input_imports', of: kind.name, digest: `${digest} ${reading}` } as const;
  const kept = keepProgress(file);
  return {
    ...kept,
    async putProgress(tx, progress, finishedMs) {
      await kept.putProgress(tx, progress, finishedMs);
      if (finishedMs === null || progress.isFinished || progress.taken === 0) return;
      const { linesDone: lines, taken, known, refused } = progress;
      const after = { file: digest, lines, taken, known, refused };
      await appendDeed(tx, kind, { ...context, nowMs: finishedMs, after });
    },
    parse: (cells) => parse(kind, cells, { columns, defaults }),
    rehearsal: () => rehearsalOf(kind),
    take: (tx, lines, at) => takeParsed(tx, kind, lines, at),
  };
}

function rehearsalOf(kind: InputKind): Rehearsal<unknown> {
  const said = rememberLines<unknown>({
    groupOf: (line) => kind.groupOf?.(line) ?? kind.keyOf(line),
    keyOf: (line) => kind.keyOf(line),
  });
  return {
    async decide(executor, numbered) {
      const lines = numbered.map(({ line }) => line);
      const stored = lines.length === 0 ? [] : await kind.find(executor, lines);
      const { taken, ...rest } = decideAnew(kind, said.over(stored, lines), numbered);
      said.remember(taken);
      return rest;
    },
    end: () => said.end(),
  };
}

async function takeParsed(
  tx: Tx,
  kind: InputKind,
  parsed: readonly NumberedLine<unknown>[],
  at: { readonly nowMs: number },
): Promise<TakenLines> {
  if (parsed.length === 0) return { known: 0, refused: [] };
  await lockInputs(tx, kind.name);
  const stored = await kind.find(
    tx,
    parsed.map(({ line }) => line),
  );
  const { taken, ...rest } = decideAnew(kind, stored, parsed);
  if (taken.length > 0) await kind.put(tx, taken, at);
  return rest;
}

function parse(
  kind: InputKind,
  cells: TableLine['cells'],
  { columns, defaults }: Pick<InputFile, 'columns' | 'defaults'>,
): ParsedLine<unknown> {
  const reader = readCells(cells, columns);
  const line = kind.read(reader, defaults);
  return reader.faults.length > 0 ? { faults: reader.faults } : { line };
}

async function appendDeed(
  tx: Tx,
  kind: InputKind,
  { actor, reason, nowMs, after }: InputContext & { readonly after: unknown },
): Promise<void> {
  const subject = { kind: 'input', id: kind.name };
  await appendAudit(tx, [
    { recordedMs: nowMs, actor, action: 'input.told', subject, reason, after },
  ]);
}
