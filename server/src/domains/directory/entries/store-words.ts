import { sql } from 'kysely';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';

/** Keeps words that are new; in one order, so that nobody waits in a circle. */
export async function learnWords(executor: Executor, words: ReadonlySet<string>): Promise<void> {
  if (words.size === 0) return;
  await sql`
    INSERT INTO directory_words (word)
    SELECT word FROM unnest(${textArray([...words])}::text[]) AS said (word)
    WHERE NOT EXISTS (SELECT FROM directory_words known WHERE known.word = said.word)
    ORDER BY word
    ON CONFLICT (word) DO NOTHING`.execute(executor.sql);
}

/** Forgets the words by which nobody is called any more; what was learned just now stays. */
export async function forgetWords(executor: Executor): Promise<void> {
  await sql`
    DELETE FROM directory_words
    WHERE learned_at < clock_timestamp() - interval '1 hour' AND NOT EXISTS (
      SELECT FROM directory_entries WHERE name_words @> ARRAY[directory_words.word])`.execute(
    executor.sql,
  );
}

export async function clearWords(tx: Tx): Promise<void> {
  await tx.sql.deleteFrom('directory_words').execute();
}

/** The words that are about as one is written, the likeliest first. */
export async function findWordsAlike(tx: Tx, word: string, most: number): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`
    SELECT word FROM directory_words WHERE directory_resembles(word, ${word})
    ORDER BY directory_likeness(word, ${word}) DESC, word LIMIT ${most}`.execute(tx.sql);
  return rows.map((row) => row.word);
}
