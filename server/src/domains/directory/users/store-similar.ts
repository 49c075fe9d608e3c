import { sql } from 'kysely';
import { textArray } from '../../../platform/array-literal.ts';
import type { Database, Tx } from '../../../platform/database.ts';
import { nameWords, SHORTEST_WORD } from '../entries/name-words.ts';
import { findWordsAlike } from '../entries/store-words.ts';
import type { ListedUser } from './listed-user.ts';
import { allOf, type Condition } from './store-filter.ts';
import { ENTRY_COLUMNS, listedOf, type EntryRow } from './store-list.ts';
import type { SearchRequest } from './store-search.ts';

/** Shares of trigrams: a letter more, less or other in a word of eight leaves about half. */
const LEAST_LIKENESS = 0.5;
const MOST_ALIKE = 20;
/** Of so many, the likeliest are shown. */
const MOST_COMPARED = 300;

type SimilarRequest = Omit<SearchRequest, 'after'>;

/**
 * Users who are called about so, the likeliest first: by the words that are about as those which
 * were written, and, where there are none, by all that users are found by.
 */
export async function findSimilar(
  database: Database,
  request: SimilarRequest,
): Promise<ListedUser[]> {
  // Of addresses the part that is a person's: the other is the same for very many.
  const lower = request.sought.lower.replace(/@.*$/, '');
  if (lower.length < SHORTEST_WORD) return [];
  return database.transaction(async (tx) => {
    const threshold = sql.lit(LEAST_LIKENESS);
    await sql`SET LOCAL pg_trgm.word_similarity_threshold = ${threshold}`.execute(tx.sql);
    const called = await calledAlike(tx, lower);
    const found = called === null ? [] : await findAlike(tx, lower, [called], request);
    // Two words that were written as one are found in no word.
    if (found.length > 0 || /\s/.test(lower)) return found;
    const resembles = sql<boolean>`directory_resembles(search_text, ${lower})`;
    return findAlike(tx, lower, [resembles], request);
  });
}

/** Called by a word like each of those that were written and are like any. */
async function calledAlike(tx: Tx, lower: string): Promise<Condition | null> {
  const conditions: Condition[] = [];
  for (const word of nameWords(lower)) {
    const alike = await findWordsAlike(tx, word, MOST_ALIKE);
    if (alike.length === 0) continue;
    conditions.push(sql<boolean>`name_words && ${textArray(alike)}::text[]`);
  }
  return conditions.length === 0 ? null : allOf(conditions);
}

async function findAlike(
  tx: Tx,
  lower: string,
  wanted: readonly Condition[],
  { conditions, limit }: SimilarRequest,
): Promise<ListedUser[]> {
  const { rows } = await sql<EntryRow>`
    WITH alike AS MATERIALIZED (
      SELECT ${ENTRY_COLUMNS}, search_text FROM directory_entries
      WHERE ${allOf([...wanted, ...conditions])} LIMIT ${MOST_COMPARED})
    SELECT ${ENTRY_COLUMNS} FROM alike
    ORDER BY directory_likeness(search_text, ${lower}) DESC, user_id DESC
    LIMIT ${limit}`.execute(tx.sql);
  return rows.map(listedOf);
}
