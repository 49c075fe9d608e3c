import { formatInstant } from '@whisperforge/kernel/clock';
import { sql, type RawBuilder } from 'kysely';
import type { Executor, Tx } from '../../../../platform/database.ts';
import { NOT_BEGUN, type ImportProgress, type Intake } from './take-lines.ts';

/** What a table of imports tells files apart by, beside their content. */
const TOLD_BY = { revenue_imports: 'origin', input_imports: 'kind' } as const;

export interface ImportedFile {
  readonly table: keyof typeof TOLD_BY;
  /** The origin of a history, or the kind of an input. */
  readonly of: string;
  readonly digest: string;
}

type Kept = Pick<Intake<unknown>, 'begin' | 'findProgress' | 'putProgress'>;

/** How far the import of a file is; two that begin it at once wait for each other. */
export function keepProgress({ table, of, digest }: ImportedFile): Kept {
  const rows = sql.table(table);
  const by = sql.ref(TOLD_BY[table]);
  const found = (lock: RawBuilder<unknown>) => sql<ProgressRow>`
    SELECT id, lines_done, taken, known, refused, finished_at FROM ${rows}
    WHERE ${by} = ${of} AND digest = ${digest} ${lock}`;
  const find = async (executor: Executor, lock = sql``): Promise<ImportProgress> => {
    const [row] = (await found(lock).execute(executor.sql)).rows;
    return row === undefined ? NOT_BEGUN : progressOf(row);
  };
  return {
    async begin(tx: Tx, nowMs) {
      await sql`INSERT INTO ${rows} (${by}, digest, created_at)
        VALUES (${of}, ${digest}, ${formatInstant(nowMs)})
        ON CONFLICT (${by}, digest) DO NOTHING`.execute(tx.sql);
      return find(tx, sql`FOR UPDATE`);
    },
    findProgress: (executor) => find(executor),
    async putProgress(tx, { id, linesDone, taken, known, refused }, finishedMs) {
      const finishedAt = finishedMs === null ? null : formatInstant(finishedMs);
      await sql`UPDATE ${rows} SET lines_done = ${linesDone}, taken = ${taken}, known = ${known},
        refused = ${refused}, finished_at = ${finishedAt} WHERE id = ${id}`.execute(tx.sql);
    },
  };
}

interface ProgressRow {
  readonly id: number;
  readonly lines_done: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
  readonly finished_at: number | null;
}

function progressOf(row: ProgressRow): ImportProgress {
  const { id, lines_done: linesDone, taken, known, refused } = row;
  return { id, linesDone, taken, known, refused, isFinished: row.finished_at !== null };
}
