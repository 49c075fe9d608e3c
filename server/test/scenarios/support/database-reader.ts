import pg from 'pg';

export interface DatabaseReader extends AsyncDisposable {
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Looks at the tables themselves; integers come as numbers, numerics as the strings they are. */
export async function readDatabase(databaseUrl: string): Promise<DatabaseReader> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    options: '-c search_path=billing -c timezone=UTC',
  });
  client.on('error', () => undefined);
  await client.connect();
  return {
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      const result = await client.query<Row>(text, [...values]);
      return result.rows;
    },
    async [Symbol.asyncDispose]() {
      await client.end();
    },
  };
}
