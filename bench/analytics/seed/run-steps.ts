import pg from 'pg';
import { SCHEMA } from '../../database.ts';

/** Some of the entries, made by the database. */
export interface Step {
  readonly title: string;
  readonly text: string;
}

export async function connect(databaseUrl: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`SET search_path = ${SCHEMA}, public`);
  await client.query('SET synchronous_commit = off');
  await client.query(`SET work_mem = '256MB'`);
  return client;
}

export async function runSteps(
  client: pg.Client,
  steps: readonly Step[],
  tell: (line: string) => void,
): Promise<void> {
  for (const { title, text } of steps) {
    tell(`${title} …`);
    await client.query(text);
  }
}
