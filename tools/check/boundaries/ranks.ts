import type { Finding } from '../finding.ts';
import type { Modules } from '../modules.ts';
import { isTest } from '../tree.ts';
import { rankedFolders, type RankedFolder } from './house.ts';

const house = 'tools/check/boundaries/house.ts';

/**
 * Holds the parts of each ranked folder to their order, and the order to the parts there are: one
 * that is not ranked would escape the rule, and one that is gone would hide that it was renamed.
 */
export function checkRanks(
  modules: Modules,
  folders: readonly RankedFolder[] = rankedFolders,
): Finding[] {
  return folders.flatMap((ranked) => {
    const filled = new Set<string>();
    const findings: Finding[] = [];
    for (const { path, references } of modules.values()) {
      const part = partWithin(ranked.folder, path);
      if (part === undefined || isTest(path)) continue;
      filled.add(part);
      if (!ranked.ranks.includes(part)) {
        const message = `${part} has no rank in ${ranked.folder}; give it one in ${house}`;
        findings.push({ path, line: 1, rule: 'unranked', message });
        continue;
      }
      for (const { goal, line } of references) {
        const fault = goal.kind === 'module' ? judge(ranked, part, goal.path) : undefined;
        if (fault !== undefined) findings.push({ path, line, rule: 'ranks', message: fault });
      }
    }
    return [...findings, ...emptyRanks(ranked, filled)];
  });
}

function judge({ folder, ranks }: RankedFolder, origin: string, to: string): string | undefined {
  const target = partWithin(folder, to);
  if (target === undefined || ranks.indexOf(target) <= ranks.indexOf(origin)) return undefined;
  return `${origin} ranks below ${target} in ${folder} and does not import ${to}`;
}

function emptyRanks({ folder, ranks }: RankedFolder, filled: ReadonlySet<string>): Finding[] {
  return ranks
    .filter((part) => !filled.has(part))
    .map((part) => {
      const message = `${folder}/${part} is ranked and has no module; what is gone has no rank`;
      return { path: house, line: 1, rule: 'empty-rank', message };
    });
}

/** The folder or loose file, directly within `folder`, that a path belongs to. */
function partWithin(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1).split('/', 1)[0] : undefined;
}
