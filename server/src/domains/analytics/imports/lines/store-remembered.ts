import { DatabaseSync } from 'node:sqlite';

/** How lines that could meet each other are found, and told apart. */
export interface Remembering<L> {
  /** Lines of one group are held against each other. */
  readonly groupOf: (line: L) => string;
  /** Within its group; a line with the key of another takes its place. */
  readonly keyOf: (line: L) => string;
}

export interface RememberedLines<L> {
  remember(lines: Iterable<L>): void;
  /** What is on record, as it would be after the lines before, of the groups of some lines. */
  over(stored: readonly L[], lines: Iterable<L>): L[];
  end(): void;
}

/**
 * What lines of a file have said so far, for who only tries it. A file may have a million of them:
 * they lie in a file of this process that goes with it, and Postgres hears nothing of them.
 */
export function rememberLines<L>({ groupOf, keyOf }: Remembering<L>): RememberedLines<L> {
  // Without a name it is a temporary file, of which a little is kept in memory.
  const scratch = new DatabaseSync('');
  scratch.exec(`CREATE TABLE said (lines_of TEXT, line_key TEXT, line TEXT,
    PRIMARY KEY (lines_of, line_key)) WITHOUT ROWID`);
  const put = scratch.prepare('INSERT OR REPLACE INTO said VALUES (?, ?, ?)');
  const find = scratch.prepare('SELECT line FROM said WHERE lines_of = ?');
  const inGroup = (group: string): L[] =>
    find.all(group).map(({ line }) => JSON.parse(String(line)) as L);
  return {
    remember(lines) {
      scratch.exec('BEGIN');
      for (const line of lines) put.run(groupOf(line), keyOf(line), JSON.stringify(line));
      scratch.exec('COMMIT');
    },
    over(stored, lines) {
      const said = [...new Set([...lines].map(groupOf))].flatMap(inGroup);
      const told = (line: L): string => JSON.stringify([groupOf(line), keyOf(line)]);
      const replaced = new Set(said.map(told));
      return [...stored.filter((line) => !replaced.has(told(line))), ...said];
    },
    end: () => scratch.close(),
  };
}
