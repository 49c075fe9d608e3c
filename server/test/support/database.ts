import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

export interface TestDatabase {
  readonly url: string;
  readonly name: string;
  /** Ends whatever connections are left. */
  drop(): Promise<void>;
}

/**
 * A database of one's own with all migrations run, cloned from the template. Cloning by copying
 * files took 20 ms where copying through the log took 45.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = inject('templateDatabase');
  await maintain(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
  const url = new URL(inject('maintenanceUrl'));
  url.pathname = `/${name}`;
  return {
    url: url.href,
    name,
    drop: () => maintain(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** A database for the tests of this file; its properties can be read once the tests run. */
export function useTestDatabase(): Pick<TestDatabase, 'url' | 'name'> {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database?.drop();
  });
  const created = (): TestDatabase => {
    if (!database) throw new Error('The test database exists only while tests run.');
    return database;
  };
  return {
    get url() {
      return created().url;
    },
    get name() {
      return created().name;
    },
  };
}

async function maintain(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('maintenanceUrl') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
