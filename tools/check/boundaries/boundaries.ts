import type { Finding } from '../finding.ts';
import { readModules } from '../modules.ts';
import type { Modules } from '../modules.ts';
import { checkOwnership } from '../sql/ownership.ts';
import type { Ownership } from '../sql/ownership.ts';
import { checkPlacement } from '../sql/placement.ts';
import { noticeBoards, ownershipExceptions, readersOfAll, tableOwners } from '../table-owners.ts';
import type { Tree } from '../tree.ts';
import { checkCycles } from './cycles.ts';
import { builtFolders } from './house.ts';
import { checkImports } from './imports.ts';
import { checkPurity } from './purity.ts';
import { checkRanks } from './ranks.ts';
import { checkRooms } from './rooms.ts';

export const ownership: Ownership = {
  owners: tableOwners,
  exceptions: ownershipExceptions,
  readersOfAll,
  noticeBoards,
};

/** Every rule about what may know what: rooms, ranks, doors, vendors, purity, cycles and SQL. */
export function checkBoundaries(
  tree: Tree,
  modules: Modules = readModules(tree),
  built: readonly string[] = builtFolders,
): Finding[] {
  return [
    ...checkRooms(modules, built),
    ...checkImports(modules),
    ...checkRanks(modules),
    ...checkPurity(modules),
    ...checkCycles(modules),
    ...checkPlacement(modules),
    ...checkOwnership(tree, modules, ownership),
  ];
}
