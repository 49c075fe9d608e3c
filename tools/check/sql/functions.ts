import type { Finding } from '../finding.ts';
import { tablesInText } from './tables-in-text.ts';

const schemaFile = 'server/schema.sql';

/**
 * A function of the database is a store that no import shows: its body, and the tables whose
 * triggers call it, belong to one domain. One that only puts up notices may be called by all.
 */
export function checkFunctions(
  schema: string,
  ownerOf: ReadonlyMap<string, string>,
  noticeBoards: readonly string[],
): Finding[] {
  const known = new Set(ownerOf.keys());
  const findings: Finding[] = [];
  for (const match of schema.matchAll(functionForm)) {
    const { name = '', body = '' } = match.groups ?? {};
    const inside = tablesInText(body, known).map(({ table }) => table);
    if (inside.every((table) => noticeBoards.includes(table))) continue;
    const owners = new Set(
      [...inside, ...callersOf(schema, name)].map((table) => ownerOf.get(table) ?? ''),
    );
    if (owners.size < 2) continue;
    const line = schema.slice(0, match.index).split('\n').length;
    const message = `${name}() reaches tables of ${[...owners].toSorted().join(' and ')}`;
    findings.push({ path: schemaFile, line, rule: 'table-ownership', message });
  }
  return findings;
}

const functionForm =
  /^CREATE FUNCTION "?(?<name>\w+)"?\([\s\S]*?\bAS (?<quote>\$\w*\$)(?<body>[\s\S]*?)\k<quote>/gm;

/** The tables whose triggers execute the function. */
function callersOf(schema: string, name: string): string[] {
  const triggers = schema.matchAll(
    /^CREATE (?:CONSTRAINT )?TRIGGER \w+ .*? ON "?(\w+)"? .*EXECUTE FUNCTION "?(\w+)"?\(/gm,
  );
  return [...triggers].filter((match) => match[2] === name).map((match) => match[1] ?? '');
}
