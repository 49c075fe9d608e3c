import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';

/** What lies beside the chain. */
export interface LooseEnds {
  /** Entries that wait for their seals, as they should for a moment. */
  readonly waiting: number;
  /** Entries that neither have a seal nor wait for one: nobody appended them. */
  readonly unsealed: readonly number[];
  /** Ids that wait although they have a seal, or whose entry is gone. */
  readonly waitingWrong: readonly number[];
  /** Ids for which something about a person is kept, though no such entry says so. */
  readonly personalOrphaned: readonly number[];
}

const MOST_NAMED = 100;

export async function findLooseEnds(executor: Executor): Promise<LooseEnds> {
  const ids = async (query: ReturnType<typeof sql<{ id: number }>>): Promise<number[]> =>
    (await query.execute(executor.sql)).rows.map(({ id }) => id);
  const counted = await sql<{ waiting: number }>`
    SELECT count(*) AS waiting FROM audit_unsealed`.execute(executor.sql);
  return {
    waiting: counted.rows[0]?.waiting ?? 0,
    unsealed: await ids(sql`
      SELECT entry.id FROM audit_entries AS entry
      LEFT JOIN audit_seals AS seal ON seal.entry_id = entry.id
      LEFT JOIN audit_unsealed AS unsealed ON unsealed.entry_id = entry.id
      WHERE seal.entry_id IS NULL AND unsealed.entry_id IS NULL
      ORDER BY entry.id LIMIT ${MOST_NAMED}`),
    waitingWrong: await ids(sql`
      SELECT unsealed.entry_id AS id FROM audit_unsealed AS unsealed
      LEFT JOIN audit_entries AS entry ON entry.id = unsealed.entry_id
      LEFT JOIN audit_seals AS seal ON seal.entry_id = unsealed.entry_id
      WHERE entry.id IS NULL OR seal.entry_id IS NOT NULL
      ORDER BY unsealed.entry_id LIMIT ${MOST_NAMED}`),
    personalOrphaned: await ids(sql`
      SELECT personal.entry_id AS id FROM audit_personal_values AS personal
      LEFT JOIN audit_entries AS entry ON entry.id = personal.entry_id
      LEFT JOIN audit_person_keys AS person
        ON (person.person_kind, person.person_id) = (personal.person_kind, personal.person_id)
      WHERE entry.personal_digest IS NULL OR person.person_id IS NULL
      ORDER BY personal.entry_id LIMIT ${MOST_NAMED}`),
  };
}

/** Lets a transaction see one state of the database from its beginning to its end. */
export async function seeOneState(executor: Executor): Promise<void> {
  await sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`.execute(executor.sql);
}
