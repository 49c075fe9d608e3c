/** What is kept of a thing: data only, never changed in place; the journal has it as it is. */
export interface Row {
  readonly id: string;
}

/** A kind of rows, with the keys by which they are found besides their id. */
export interface Collection<R extends Row> {
  readonly name: string;
  readonly indexes: Readonly<Record<string, (row: R) => string | null>>;
}

const defined = new Map<string, Collection<Row>>();

/** Defines a collection, once in a process; `indexes` give a row's key, or `null` for none. */
export function collection<R extends Row>(
  name: string,
  indexes: Collection<R>['indexes'] = {},
): Collection<R> {
  if (defined.has(name)) throw new Error(`the collection ${name} is defined twice`);
  const made = { name, indexes };
  defined.set(name, made as unknown as Collection<Row>);
  return made;
}

/** The collection of a journal's line; the modules that define collections must be loaded. */
export function collectionNamed(name: string): Collection<Row> {
  const found = defined.get(name);
  if (found === undefined) throw new Error(`the journal speaks of ${name}, which is not known`);
  return found;
}
