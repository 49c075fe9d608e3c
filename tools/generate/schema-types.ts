import type { Catalog, Column, Relation } from './catalog.ts';

/** What the driver hands out for each type of Postgres; `platform/database.ts` says why. */
const plainTypes: Readonly<Record<string, string>> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  numeric: 'string',
  text: 'string',
  varchar: 'string',
  bpchar: 'string',
  uuid: 'string',
  date: 'string',
  bool: 'boolean',
  bytea: 'Buffer',
  timestamptz: 'Instant',
  jsonb: 'Json',
};

/** Aliases for types that go in otherwise than they come out; only those in use are written. */
const aliases: Readonly<Record<string, readonly string[]>> = {
  Instant: [
    '/** Comes out as epoch milliseconds; goes in as ISO 8601, which Postgres itself can read. */',
    'type Instant = ColumnType<number, string, string>;',
  ],
  Json: [
    '/** Comes out parsed and still unknown; goes in as JSON text. */',
    'type Json = ColumnType<unknown, string, string>;',
  ],
  Defaulted: [
    '/** May be left out of an insert, because the table has a default. */',
    'type Defaulted<T> =',
    '  T extends ColumnType<infer S, infer I, infer U>',
    '    ? ColumnType<S, I | undefined, U>',
    '    : ColumnType<T, T | undefined, T>;',
  ],
};

/** The types that Kysely checks queries against: an interface for each table and view. */
export function writeTypes(catalog: Catalog): string {
  const tables = catalog.relations.map(writeTable);
  const entries = catalog.relations.map(({ name }) => `  ${name}: ${typeName(name)};`);
  const body = [`export interface Schema {\n${entries.join('\n')}\n}`, ...tables].join('\n\n');
  const used = Object.entries(aliases).filter(([name]) => mentions(body, name));
  const preamble = used.map(([, lines]) => lines.join('\n'));
  const imported = ['ColumnType', 'GeneratedAlways'].filter((name) =>
    mentions([...preamble, body].join('\n'), name),
  );
  const imports =
    imported.length > 0 ? [`import type { ${imported.join(', ')} } from 'kysely';`] : [];
  return `${[...imports, ...preamble, body].join('\n\n')}\n`;
}

function mentions(text: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(text);
}

function typeName(table: string): string {
  const words = table.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Table`;
}

function writeTable(relation: Relation): string {
  const columns = relation.columns.map(
    (column) => `  ${column.name}: ${writeColumn(relation, column)};`,
  );
  return `interface ${typeName(relation.name)} {\n${columns.join('\n')}\n}`;
}

function writeColumn(relation: Relation, column: Column): string {
  const type = typeOf(column.base_type, `${relation.name}.${column.name}`);
  const value = column.not_null ? type : `${type} | null`;
  if (relation.kind !== 'table') return `ColumnType<${value}, never, never>`;
  if (column.identity === 'a' || column.generated) return `GeneratedAlways<${value}>`;
  const defaulted = column.identity === 'd' || column.default_value !== null;
  return defaulted ? `Defaulted<${value}>` : value;
}

function typeOf(baseType: string, place: string): string {
  const isArray = baseType.startsWith('_');
  const element = plainTypes[isArray ? baseType.slice(1) : baseType];
  if (element === undefined) {
    throw new Error(
      `${place} has the type ${baseType}, which has no counterpart in TypeScript yet`,
    );
  }
  if (!isArray) return element;
  if (element in aliases)
    throw new Error(`${place} is an array of ${baseType}, which is not read yet`);
  return `${element}[]`;
}
