import { domainOf, ranks, roomOf } from '../boundaries/house.ts';
import type { Finding } from '../finding.ts';
import type { Module, Modules } from '../modules.ts';
import type { OwnershipException } from '../table-owners.ts';
import { isGenerated, isTest } from '../tree.ts';
import type { Tree } from '../tree.ts';
import { checkFunctions } from './functions.ts';
import { findSql } from './sightings.ts';
import { tablesInText } from './tables-in-text.ts';
import type { TableUse } from './tables-in-text.ts';

export interface Ownership {
  readonly owners: Readonly<Record<string, readonly string[]>>;
  readonly exceptions: readonly OwnershipException[];
  readonly readersOfAll: readonly string[];
  readonly noticeBoards: readonly string[];
}

const ownersFile = 'tools/check/table-owners.ts';
const schemaFile = 'server/schema.sql';

/** Holds the map of owners against the schema, and the SQL of every store against the map. */
export function checkOwnership(tree: Tree, modules: Modules, ownership: Ownership): Finding[] {
  const ownerOf = new Map<string, string>();
  for (const [owner, tables] of Object.entries(ownership.owners)) {
    for (const table of tables) ownerOf.set(table, owner);
  }
  const used = new Set<OwnershipException>();
  const findings = [
    ...checkMap(tree, ownerOf, ownership),
    ...checkFunctions(tree.get(schemaFile) ?? '', ownerOf, ownership.noticeBoards),
  ];
  for (const module of modules.values()) {
    const holder = holderOf(module.path);
    if (holder !== undefined) {
      findings.push(...checkStore(module, holder, ownerOf, ownership, used));
    }
  }
  for (const exception of ownership.exceptions) {
    if (used.has(exception)) continue;
    const tables = exception.tables.join(', ');
    const message = `no store of ${exception.domain} needs the exception for ${tables} any more`;
    findings.push({ path: ownersFile, line: 1, rule: 'stale-exception', message });
  }
  return findings;
}

function checkMap(
  tree: Tree,
  ownerOf: ReadonlyMap<string, string>,
  ownership: Ownership,
): Finding[] {
  const findings: Finding[] = [];
  const complain = (path: string, rule: string, message: string): void => {
    findings.push({ path, line: 1, rule, message });
  };
  const tables = readTables(tree.get(schemaFile) ?? '');
  if (tables.size === 0) complain(schemaFile, 'read-nothing', 'no table was read');
  for (const table of tables) {
    if (!ownerOf.has(table)) complain(ownersFile, 'table-owner', `${table} has no owner`);
  }
  for (const [table, owner] of ownerOf) {
    if (!tables.has(table)) complain(ownersFile, 'table-owner', `there is no table ${table}`);
    if (owner !== 'platform' && !ranks.includes(owner)) {
      complain(ownersFile, 'table-owner', `${table} is owned by ${owner}, which is no domain`);
    }
  }
  for (const { decision } of ownership.exceptions) {
    if (tree.has(decision)) continue;
    complain(ownersFile, 'exception-decision', `the decision record ${decision} is missing`);
  }
  return findings;
}

/** Tables and views of the dumped schema, without their schema's name. */
export function readTables(schema: string): Set<string> {
  const form = /^create (?:table|view|materialized view) (?:"?\w+"?\.)?"?(\w+)"?/gim;
  return new Set([...schema.matchAll(form)].map((match) => match[1] ?? ''));
}

/** The owner in whose name a module's SQL speaks, or undefined where anything may be read. */
function holderOf(path: string): string | undefined {
  if (isTest(path) || isGenerated(path)) return undefined;
  const domain = domainOf(path);
  if (domain !== undefined) return domain;
  const room = roomOf(path)?.name;
  const infrastructure = room === 'adapters' || room === 'jobs' || room === 'main';
  return infrastructure || room === 'http' ? 'platform' : undefined;
}

function checkStore(
  module: Module,
  holder: string,
  ownerOf: ReadonlyMap<string, string>,
  ownership: Ownership,
  used: Set<OwnershipException>,
): Finding[] {
  const findings: Finding[] = [];
  const known = new Set(ownerOf.keys());
  for (const sighting of findSql(module)) {
    const mentions =
      sighting.builderUse === undefined
        ? tablesInText(sighting.text, known)
        : mentionOfBuilder(sighting.text, sighting.builderUse, known);
    for (const { table, use, offset } of mentions) {
      const owner = ownerOf.get(table) ?? '';
      if (owner === holder) continue;
      if (use === 'read' && ownership.readersOfAll.includes(holder)) continue;
      const exception = findException(ownership.exceptions, holder, table, use);
      if (exception !== undefined) {
        used.add(exception);
        continue;
      }
      const line = sighting.line + countLines(sighting.text, offset);
      const message = `${holder} ${use}s ${table}, which belongs to ${owner}`;
      findings.push({ path: module.path, line, rule: 'table-ownership', message });
    }
  }
  return findings;
}

interface Mention {
  readonly table: string;
  readonly use: TableUse;
  readonly offset: number;
}

function mentionOfBuilder(text: string, use: TableUse, known: ReadonlySet<string>): Mention[] {
  const table = text.slice(text.lastIndexOf('.') + 1);
  return known.has(table) ? [{ table, use, offset: 0 }] : [];
}

function findException(
  exceptions: readonly OwnershipException[],
  domain: string,
  table: string,
  use: TableUse,
): OwnershipException | undefined {
  return exceptions.find(
    (exception) =>
      exception.domain === domain &&
      exception.tables.includes(table) &&
      (exception.use === 'write' || use === 'read'),
  );
}

function countLines(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
