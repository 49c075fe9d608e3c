import type pg from 'pg';

/** What a schema consists of, as Postgres itself tells it, in a fixed order. */
export interface Catalog {
  readonly sequences: readonly Sequence[];
  readonly functions: readonly SchemaFunction[];
  readonly relations: readonly Relation[];
}

export interface Sequence {
  readonly name: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly cache: string;
}

export interface SchemaFunction {
  readonly definition: string;
  /** Its arguments or its result are rows of a table, which must therefore exist before it. */
  readonly needs_tables: boolean;
}

export interface Column {
  readonly name: string;
  readonly type: string;
  /** The name of the type without its modifiers; `_int4` is an array of `int4`. */
  readonly base_type: string;
  readonly collation: string | null;
  readonly not_null: boolean;
  readonly default_value: string | null;
  readonly identity: '' | 'a' | 'd';
  readonly generated: boolean;
}

export interface Relation {
  readonly name: string;
  readonly kind: 'table' | 'view' | 'materialized view';
  readonly partition_key: string | null;
  readonly options: readonly string[] | null;
  readonly row_security: boolean;
  readonly force_row_security: boolean;
  readonly view_definition: string | null;
  readonly columns: readonly Column[];
  readonly constraints: readonly Constraint[];
  readonly indexes: readonly string[];
  readonly statistics: readonly string[];
  readonly triggers: readonly string[];
  readonly comments: readonly Comment[];
}

export interface Constraint {
  readonly name: string;
  readonly kind: string;
  readonly definition: string;
}

export interface Comment {
  readonly column_name: string | null;
  readonly text: string;
}

/** Reads one schema. Names come out unqualified, because the schema's own name is configurable. */
export async function readCatalog(client: pg.Client, schema: string): Promise<Catalog> {
  await client.query(`SET search_path TO ${client.escapeIdentifier(schema)}`);
  await refuseUnknownObjects(client, schema);
  const rows = async <T extends pg.QueryResultRow>(text: string): Promise<T[]> =>
    (await client.query<T>(text, [schema])).rows;
  const catalog = {
    sequences: await rows<Sequence>(sequencesQuery),
    functions: (await rows<SchemaFunction>(functionsQuery)).map((found) => ({
      ...found,
      // What was written as `FROM CURRENT` has taken the name of the schema of that moment.
      definition: found.definition.replace(
        `SET search_path TO '${schema}'`,
        'SET search_path FROM CURRENT',
      ),
    })),
    relations: await rows<Relation>(relationsQuery),
  };
  if (JSON.stringify(catalog).includes(schema)) {
    throw new Error(
      `the catalogue names the schema ${schema}, so a dump would not be the same again`,
    );
  }
  return catalog;
}

/** A dump that left something out would call two different schemas equal. */
async function refuseUnknownObjects(client: pg.Client, schema: string): Promise<void> {
  const { rows } = await client.query<{ what: string }>(unknownObjectsQuery, [schema]);
  if (rows.length === 0) return;
  const list = rows.map(({ what }) => what).join(', ');
  throw new Error(`tools/generate cannot dump ${list}; teach it before you migrate to that`);
}

const unknownObjectsQuery = `
  SELECT format('type %s', typname) AS what FROM pg_type
    WHERE typnamespace = $1::text::regnamespace AND typtype IN ('e', 'd', 'r')
  UNION ALL
  SELECT format('relation %s', relname) FROM pg_class
    WHERE relnamespace = $1::text::regnamespace AND relkind IN ('c', 'f')
  UNION ALL
  SELECT format('aggregate or procedure %s', proname) FROM pg_proc
    WHERE pronamespace = $1::text::regnamespace AND prokind NOT IN ('f', 'w')
  UNION ALL
  SELECT format('policy %s', policyname) FROM pg_policies WHERE schemaname = $1::text
  UNION ALL
  SELECT format('rule %s', rulename) FROM pg_rules WHERE schemaname = $1::text
  ORDER BY 1`;

const sequencesQuery = `
  SELECT sequencename AS name, data_type::text AS type, start_value::text AS start,
    increment_by::text AS increment, cache_size::text AS cache
  FROM pg_sequences s
  WHERE schemaname = $1::text AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      AND d.objid = format('%I.%I', s.schemaname, s.sequencename)::regclass)
  ORDER BY sequencename COLLATE "C"`;

const functionsQuery = `
  SELECT regexp_replace(
      pg_get_functiondef(p.oid), '^CREATE OR REPLACE FUNCTION [^.]+\\.', 'CREATE FUNCTION '
    ) AS definition,
    EXISTS (
      SELECT FROM pg_type t
      WHERE t.oid = ANY (array_append(p.proargtypes::oid[], p.prorettype)) AND t.typrelid <> 0
    ) AS needs_tables
  FROM pg_proc p
  WHERE p.pronamespace = $1::text::regnamespace
  ORDER BY p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"`;

const columnsQuery = `
  SELECT a.attname AS name, t.typname AS base_type,
    replace(
      format_type(a.atttypid, a.atttypmod), 'timestamp with time zone', 'timestamptz') AS type,
    CASE WHEN a.attcollation <> t.typcollation THEN quote_ident(l.collname) END AS collation,
    a.attnotnull AS not_null, pg_get_expr(d.adbin, d.adrelid, true) AS default_value,
    a.attidentity::text AS identity, a.attgenerated <> '' AS generated
  FROM pg_attribute a
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_collation l ON l.oid = a.attcollation
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  ORDER BY a.attnum`;

// What "not null" says stands beside the column; Postgres 18 lists it among the constraints too.
const constraintsQuery = `
  SELECT n.conname AS name, n.contype::text AS kind, pg_get_constraintdef(n.oid, true) AS definition
  FROM pg_constraint n
  WHERE n.conrelid = c.oid AND n.contype NOT IN ('n', 't') AND n.conparentid = 0
  ORDER BY array_position(ARRAY['p', 'u', 'x', 'c', 'f'], n.contype::text), n.conname COLLATE "C"`;

const indexesQuery = `
  SELECT pg_get_indexdef(i.indexrelid, 0, true) AS definition
  FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  WHERE i.indrelid = c.oid
    AND NOT EXISTS (SELECT FROM pg_constraint n WHERE n.conindid = i.indexrelid)
  ORDER BY x.relname COLLATE "C"`;

// Written with the schema's name before the statistics' own, whatever the search path.
const statisticsQuery = `
  SELECT regexp_replace(
      pg_get_statisticsobjdef(s.oid), '^CREATE STATISTICS [^.]+\\.', 'CREATE STATISTICS '
    ) AS definition
  FROM pg_statistic_ext s
  WHERE s.stxrelid = c.oid
  ORDER BY s.stxname COLLATE "C"`;

const triggersQuery = `
  SELECT pg_get_triggerdef(g.oid, true) AS definition
  FROM pg_trigger g
  WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0
  ORDER BY g.tgname COLLATE "C"`;

const commentsQuery = `
  SELECT a.attname AS column_name, d.description AS text
  FROM pg_description d
  LEFT JOIN pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
  WHERE d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
  ORDER BY d.objsubid`;

const list = (query: string): string => `
  coalesce((SELECT json_agg(to_json(q)) FROM (${query}) q), '[]')`;
const texts = (query: string): string => `
  coalesce((SELECT json_agg(q.definition) FROM (${query}) q), '[]')`;

// Partitions are made month by month while the system runs; the parent stands for them all.
const relationsQuery = `
  SELECT c.relname AS name,
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END AS kind,
    pg_get_partkeydef(c.oid) AS partition_key, c.reloptions AS options,
    c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END AS view_definition,
    ${list(columnsQuery)} AS columns, ${list(constraintsQuery)} AS constraints,
    ${texts(indexesQuery)} AS indexes, ${texts(statisticsQuery)} AS statistics,
    ${texts(triggersQuery)} AS triggers, ${list(commentsQuery)} AS comments
  FROM pg_class c
  WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    AND NOT c.relispartition
  ORDER BY c.relname COLLATE "C"`;
