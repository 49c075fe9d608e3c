import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readCatalog } from '../generate/catalog.ts';
import { fingerprintMigrations, headerOf } from '../generate/fingerprint.ts';
import { generate } from '../generate/generate.ts';
import { dumpSchema } from '../generate/schema-dump.ts';
import { writeTypes } from '../generate/schema-types.ts';
import { withClient, withThrowawaySchema } from '../generate/throwaway.ts';
import { checkGenerated } from './generated.ts';

const root = resolve(import.meta.dirname, '../..');
const databaseUrl = inject('maintenanceUrl');

describe('the fingerprint in generated files', () => {
  const migrations = new Map([['0001_first.sql', 'CREATE TABLE a ();\n']]);
  const fingerprint = fingerprintMigrations(migrations);

  function findings(more: Readonly<Record<string, string>>): string[] {
    const tree = new Map(
      Object.entries({
        'server/migrations/0001_first.sql': 'CREATE TABLE a ();\n',
        'server/schema.sql': headerOf('--', fingerprint),
        'server/src/platform/schema.ts': headerOf('//', fingerprint),
        ...more,
      }),
    );
    return checkGenerated(tree).map(({ path }) => path);
  }

  test('agrees with the migrations that they were made from', () => {
    expect(findings({})).toEqual([]);
  });

  test('disagrees after a migration was added, renamed or edited', () => {
    const both = ['server/schema.sql', 'server/src/platform/schema.ts'];
    expect(findings({ 'server/migrations/0002_second.sql': '' })).toEqual(both);
    expect(findings({ 'server/migrations/0001_first.sql': 'CREATE TABLE b ();\n' })).toEqual(both);
    const renamed = fingerprintMigrations(new Map([['0001_one.sql', 'CREATE TABLE a ();\n']]));
    expect(renamed).not.toBe(fingerprint);
  });

  test('must be there, and so must a migration', () => {
    expect(findings({ 'server/schema.sql': 'CREATE TABLE a ();' })).toEqual(['server/schema.sql']);
    expect(checkGenerated(new Map()).map(({ path }) => path)).toEqual(['server/migrations']);
  });
});

describe('the generated files of this repository', () => {
  const target = mkdtempSync(join(tmpdir(), 'whisperforge-generated-'));
  let written: string[] = [];

  beforeAll(async () => {
    written = await generate({ root, targetRoot: target, databaseUrl });
  });

  afterAll(() => {
    rmSync(target, { recursive: true, force: true });
  });

  test('are what the migrations make today, byte by byte', () => {
    expect(written).toEqual([
      'server/schema.sql',
      'server/src/platform/schema.ts',
      'docs/guides/roles.md',
    ]);
    for (const path of written) {
      const now = readFileSync(join(target, path), 'utf8');
      expect(readFileSync(join(root, path), 'utf8'), path).toBe(now);
    }
  });
});

/** One of everything that the dump knows to write. */
const fixture = `
  CREATE SEQUENCE tickets CACHE 8;
  CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT
    AS $$ BEGIN RETURN NEW; END $$;
  CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    "order" text COLLATE "C" NOT NULL DEFAULT 'it''s',
    boss bigint,
    born timestamptz NOT NULL,
    ticket bigint DEFAULT nextval('tickets'),
    tags text[] NOT NULL,
    details jsonb,
    worth numeric(20, 6) CHECK (worth >= 0),
    twice numeric GENERATED ALWAYS AS (worth * 2) STORED
  ) WITH (fillfactor = 70);
  ALTER TABLE people ADD FOREIGN KEY (boss) REFERENCES people;
  CREATE UNIQUE INDEX people_born ON people (born DESC) INCLUDE (boss) WHERE boss IS NOT NULL;
  CREATE TRIGGER people_touch BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch();
  ALTER TABLE people ENABLE ROW LEVEL SECURITY;
  COMMENT ON TABLE people IS 'Who''s who';
  COMMENT ON COLUMN people.born IS 'The first day';
  CREATE TABLE events (at timestamptz NOT NULL, id int NOT NULL, PRIMARY KEY (at, id))
    PARTITION BY RANGE (at);
  CREATE INDEX events_id ON events (id);
  CREATE TABLE events_2026_01 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
  CREATE FUNCTION born_after(since timestamptz) RETURNS SETOF people LANGUAGE sql STABLE
    AS $$ SELECT * FROM people WHERE born > since $$;
  CREATE VIEW bosses AS SELECT id, born FROM people WHERE boss IS NULL;`;

async function dumpOf(statements: string): Promise<{ sql: string; types: string }> {
  return withThrowawaySchema(databaseUrl, ({ databaseUrl: url, schema }) =>
    withClient(url, async (client) => {
      await client.query(`CREATE SCHEMA ${schema}; SET search_path TO ${schema}; ${statements}`);
      const catalog = await readCatalog(client, schema);
      return { sql: dumpSchema(catalog), types: writeTypes(catalog) };
    }),
  );
}

describe('the dump', () => {
  test('makes the same schema again, so that it leaves nothing out', async () => {
    const first = await dumpOf(fixture);
    const second = await dumpOf(first.sql);
    expect(second.sql).toBe(first.sql);
    for (const name of ['tickets', 'touch', 'people_born', 'events_id', 'born_after', 'bosses']) {
      expect(first.sql).toContain(name);
    }
    expect(first.sql).toContain('PARTITION BY RANGE (at)');
    expect(first.sql).not.toContain('events_2026_01');
  });

  test('of this repository makes the same schema again', async () => {
    const checkedIn = readFileSync(join(root, 'server/schema.sql'), 'utf8');
    const again = await dumpOf(checkedIn);
    expect(checkedIn.slice(checkedIn.indexOf('SET check_function_bodies'))).toBe(again.sql);
  });

  test('refuses what it does not know to write instead of leaving it out', async () => {
    await expect(dumpOf(`CREATE TYPE mood AS ENUM ('fine')`)).rejects.toThrow('type mood');
    const policy = 'CREATE TABLE a (); CREATE POLICY open ON a USING (true)';
    await expect(dumpOf(policy)).rejects.toThrow('policy open');
    await expect(dumpOf('CREATE TABLE a (b interval)')).rejects.toThrow(
      'a.b has the type interval',
    );
  });
});

describe('the types', () => {
  test('say how each column comes out and goes in', async () => {
    const { types } = await dumpOf(fixture);
    const people = types.slice(types.indexOf('interface PeopleTable'));
    const columns = people.slice(people.indexOf('\n') + 1, people.indexOf('\n}')).split('\n');
    expect(columns.map((line) => line.trim())).toEqual([
      'id: GeneratedAlways<number>;',
      'order: Defaulted<string>;',
      'boss: number | null;',
      'born: Instant;',
      'ticket: Defaulted<number | null>;',
      'tags: string[];',
      'details: Json | null;',
      'worth: string | null;',
      'twice: GeneratedAlways<string | null>;',
    ]);
    expect(types).toContain('id: ColumnType<number | null, never, never>;');
    expect(types).not.toContain('events_2026_01');
  });
});
