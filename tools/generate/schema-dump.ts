import type { Catalog, Column, Relation, Sequence } from './catalog.ts';

/**
 * The schema as statements that make it anew in an empty schema. Everything of a table stands
 * together; only foreign keys wait until all tables exist.
 */
export function dumpSchema(catalog: Catalog): string {
  const tables = catalog.relations.filter(({ kind }) => kind === 'table');
  const views = catalog.relations.filter(({ kind }) => kind !== 'table');
  const functions = (needsTables: boolean): string[] =>
    catalog.functions
      .filter((found) => found.needs_tables === needsTables)
      .map(({ definition }) => `${definition.trim()};`);
  const parts = [
    'SET check_function_bodies = off;',
    ...catalog.sequences.map(dumpSequence),
    ...functions(false),
    ...tables.map(dumpTable),
    ...functions(true),
    tables.flatMap(dumpForeignKeys).join('\n'),
    ...views.map(dumpView),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function dumpSequence(sequence: Sequence): string {
  const { start, increment, cache } = sequence;
  const options = `START ${start} INCREMENT ${increment} CACHE ${cache}`;
  return `CREATE SEQUENCE ${quote(sequence.name)} AS ${sequence.type} ${options};`;
}

function dumpTable(table: Relation): string {
  const constraints = table.constraints
    .filter(({ kind }) => kind !== 'f')
    .map(({ name, definition }) => `CONSTRAINT ${quote(name)} ${definition}`);
  const body = [...dumpColumns(table.columns), ...constraints].map((line) => `  ${line}`);
  const partition = table.partition_key === null ? '' : ` PARTITION BY ${table.partition_key}`;
  const options = table.options === null ? '' : ` WITH (${table.options.join(', ')})`;
  const name = quote(table.name);
  return [
    `CREATE TABLE ${name} (`,
    body.join(',\n'),
    `)${partition}${options};`,
    ...table.indexes.map((index) => `${index};`),
    ...table.statistics.map((statistics) => `${statistics};`),
    // Triggers of tables are written with a table's name that the search path already finds.
    ...table.triggers.map((trigger) => `${trigger};`),
    ...(table.row_security ? [`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;`] : []),
    ...(table.force_row_security ? [`ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;`] : []),
    ...dumpComments(table),
  ].join('\n');
}

/** Columns in the manner of a hand-written migration: names, then types, each flush. */
function dumpColumns(columns: readonly Column[]): string[] {
  const nameWidth = Math.max(...columns.map(({ name }) => quote(name).length), 0);
  return columns.map((column) => {
    const parts = [quote(column.name).padEnd(nameWidth), column.type];
    if (column.collation !== null) parts.push(`COLLATE ${column.collation}`);
    if (column.identity !== '') {
      const when = column.identity === 'a' ? 'ALWAYS' : 'BY DEFAULT';
      parts.push(`GENERATED ${when} AS IDENTITY`);
    } else if (column.generated) {
      parts.push(`GENERATED ALWAYS AS (${column.default_value ?? ''}) STORED`);
    } else if (column.default_value !== null) {
      parts.push(`DEFAULT ${column.default_value}`);
    }
    if (column.not_null) parts.push('NOT NULL');
    return parts.join(' ');
  });
}

function dumpForeignKeys(table: Relation): string[] {
  return table.constraints
    .filter(({ kind }) => kind === 'f')
    .map(
      ({ name, definition }) =>
        `ALTER TABLE ${quote(table.name)} ADD CONSTRAINT ${quote(name)} ${definition};`,
    );
}

function dumpView(view: Relation): string {
  const name = quote(view.name);
  const options = view.options === null ? '' : ` WITH (${view.options.join(', ')})`;
  const definition = (view.view_definition ?? '').trim().replace(/;$/, '');
  return [
    `CREATE ${view.kind.toUpperCase()} ${name}${options} AS\n${definition};`,
    ...view.indexes.map((index) => `${index};`),
    ...dumpComments(view),
  ].join('\n');
}

function dumpComments(relation: Relation): string[] {
  const kind = relation.kind.toUpperCase();
  return relation.comments.map(({ column_name: column, text }) => {
    const name = quote(relation.name);
    const target = column === null ? `${kind} ${name}` : `COLUMN ${name}.${quote(column)}`;
    return `COMMENT ON ${target} IS '${text.replaceAll("'", "''")}';`;
  });
}

/** Our own names are plain; anything else is quoted rather than trusted. */
function quote(name: string): string {
  const plain = /^[a-z_][a-z0-9_]*$/.test(name) && !reservedNames.has(name);
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

const reservedNames = new Set([
  'user',
  'order',
  'group',
  'table',
  'column',
  'check',
  'limit',
  'end',
]);
