import pg from 'pg';
import { Refusal } from '../refusal.ts';

const OLDEST_POSTGRES = 15;
const CONNECT_TIMEOUT_MS = 5_000;

/** The address of a database without its password, for people to read. */
export function describeDatabase(databaseUrl: string): string {
  const { host, pathname, searchParams } = new URL(databaseUrl);
  return `${searchParams.get('host') ?? host}${pathname}`;
}

/** Says in plain words why a database that was named cannot be used. */
export async function refuseUnusableDatabase(databaseUrl: string): Promise<void> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks says so twice: to the statement and to whoever listens.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const text = "SELECT current_setting('server_version_num')::int / 10000 AS major";
    const found = await client.query<{ major: number }>(text);
    const major = found.rows[0]?.major ?? 0;
    if (major >= OLDEST_POSTGRES) return;
    throw new Refusal(
      `DATABASE_URL names a Postgres ${major}, and ${OLDEST_POSTGRES} or newer is needed.`,
    );
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const name = describeDatabase(databaseUrl);
    const text = `DATABASE_URL names ${name}, which cannot be used: ${reasonOf(error)}.`;
    throw new Refusal(text, { cause: error });
  } finally {
    await client.end();
  }
}

function reasonOf(error: unknown): string {
  // A name with several addresses fails with one error for each of them.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}
