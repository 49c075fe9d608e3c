import { readDatabase } from '../support/database-reader.ts';

/** What the server notes of itself: how often it was asked, and how long it took. */
const OWN_NOTES = /\.(route|server)_(minutes|hours|days)$/;

/** What every table holds, row by row, as one line a table: equal only if nothing was stored. */
export async function describeStored(databaseUrl: string): Promise<string[]> {
  await using database = await readDatabase(databaseUrl);
  const tables = await database.rows<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema = 'billing' AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const lines: string[] = [];
  for (const { name } of tables) {
    if (OWN_NOTES.test(name)) continue;
    const [row] = await database.rows<{ count: number; digest: string | null }>(
      `SELECT count(*)::int AS count, md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS digest
       FROM ${name} t`,
    );
    lines.push(`${name} ${row?.count} ${row?.digest}`);
  }
  return lines;
}
