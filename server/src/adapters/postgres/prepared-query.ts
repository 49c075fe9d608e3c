import type pg from 'pg';
import type { PositionalRow, PreparedStatement, PreparedValue } from '../../platform/database.ts';
import { typeParsers, type Parser } from './types.ts';

/** What node-postgres keeps of a connection beyond what its types tell. */
interface WireConnection extends pg.Connection {
  /** The text of each statement that Postgres has parsed, by name. */
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
}

interface RowDescription {
  readonly fields: readonly { readonly dataTypeID: number }[];
}

type Parsers = readonly Parser[];

/** How the columns of prepared statements are read, by name; Postgres is asked once. */
const described = new WeakMap<pg.Connection, Map<string, Parsers>>();

/**
 * A prepared statement on its way. The driver's own query has the columns described each time and
 * builds a result of many parts, which costs twice as much as all the rest; this one has them
 * described once a connection, and hands over nothing but rows.
 *
 * node-postgres calls it as it calls its own query and as it calls those of `pg-cursor`.
 */
export class PreparedQuery implements pg.Submittable {
  readonly name: string;
  readonly text: string;
  /** Called once, with a fault or with none. The driver wraps it to end a wait that is too long. */
  callback: (fault: Error | null) => void;
  readonly #values: PreparedValue[];
  readonly #rows: PositionalRow[] = [];
  #parsers: Parsers | undefined;
  #unreadable: Error | null = null;

  constructor(
    { name, text }: PreparedStatement,
    values: readonly PreparedValue[],
    done: (fault: Error | null, rows: PositionalRow[]) => void,
  ) {
    this.name = name;
    this.text = text;
    this.#values = [...values];
    this.callback = (fault) => done(fault, this.#rows);
  }

  submit(connection: pg.Connection): void {
    const { name, text } = this;
    this.#parsers = described.get(connection)?.get(name);
    // All in one write.
    connection.stream.cork();
    try {
      if ((connection as WireConnection).parsedStatements[name] === undefined) {
        connection.parse({ name, text, types: [] }, true);
      }
      if (this.#parsers === undefined) connection.describe({ type: 'S', name }, true);
      const values = this.#values as (string | null)[];
      connection.bind({ statement: name, values, valueMapper: textOf }, true);
      connection.execute({}, true);
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#parsers = fields.map((field) => typeParsers.getTypeParser(field.dataTypeID, 'text'));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    try {
      this.#rows.push(
        fields.map((field, at) => (field === null ? null : this.#parsers![at]!(field))),
      );
    } catch (fault) {
      this.#unreadable ??= fault as Error;
    }
  }

  handleCommandComplete(_message: unknown, connection: pg.Connection): void {
    let ofConnection = described.get(connection);
    if (ofConnection === undefined) {
      ofConnection = new Map<string, Parsers>();
      described.set(connection, ofConnection);
    }
    ofConnection.set(this.name, this.#parsers ?? []);
  }

  handleReadyForQuery(): void {
    this.callback(this.#unreadable);
  }

  handleError(fault: Error): void {
    this.callback(fault);
  }
}

function textOf(value: PreparedValue): string | null {
  return typeof value === 'number' ? String(value) : value;
}
