import { isPure } from '../boundaries/purity.ts';
import { domainOf, isStore, roomOf } from '../boundaries/house.ts';
import type { Finding } from '../finding.ts';
import type { Module, Modules } from '../modules.ts';
import { isGenerated, isTest } from '../tree.ts';
import { findSql } from './sightings.ts';

const freeFolders = ['server/src/adapters/postgres/', 'server/src/jobs/', 'tools/', 'bench/'];

/** SQL lies in stores, in the adapter of Postgres and in the worker; nowhere else in what ships. */
export function checkPlacement(modules: Modules): Finding[] {
  const findings: Finding[] = [];
  for (const module of modules.values()) {
    if (mayHoldSql(module)) continue;
    for (const sighting of findSql(module)) {
      if (!sighting.certain) continue;
      const message = `${sighting.what} outside a store`;
      findings.push({ path: module.path, line: sighting.line, rule: 'sql-outside-store', message });
    }
  }
  return findings;
}

function mayHoldSql(module: Module): boolean {
  const { path } = module;
  if (isTest(path) || isGenerated(path)) return true;
  if (roomOf(path)?.name === 'root') return true;
  if (freeFolders.some((folder) => path.startsWith(folder))) return true;
  return domainOf(path) !== undefined && isStore(path) && !isPure(module);
}
