import type { Finding } from '../finding.ts';
import type { Module, Modules, Reference } from '../modules.ts';
import { baseName, isTest } from '../tree.ts';
import { isService, isStore } from './house.ts';

/**
 * Pure files decide and do nothing else. They are named `decide-*.ts`, lie in a domain that is pure
 * as a whole, or say so with `// pure` on their first line.
 */
export function isPure(module: Pick<Module, 'path' | 'text'>): boolean {
  if (isTest(module.path)) return false;
  if (/^decide-.*\.ts$/.test(baseName(module.path))) return true;
  if (/^\/\/ pure\b/.test(module.text)) return true;
  return pureDomains.some(
    (folder) => module.path.startsWith(folder) && baseName(module.path) !== 'index.ts',
  );
}

const pureDomains = ['server/src/domains/entitlements/'];

/**
 * A pure file reaches no store, no service and nothing of Node, neither directly nor through the
 * values it imports. A door (`index.ts`) is looked through by name: what counts is where the
 * imported name is defined, not what else the same door offers.
 */
export function checkPurity(modules: Modules): Finding[] {
  const findings: Finding[] = [];
  for (const module of modules.values()) {
    if (!isPure(module)) continue;
    for (const reference of module.references) {
      const way = findImpurity(modules, module, reference);
      if (way === undefined) continue;
      const message = `a pure file reaches ${way.join(' -> ')}`;
      findings.push({ path: module.path, line: reference.line, rule: 'pure', message });
    }
  }
  return findings;
}

function findImpurity(
  modules: Modules,
  module: Module,
  reference: Reference,
): string[] | undefined {
  if (reference.goal.kind === 'node') return [reference.specifier];
  const origins = findOrigins(modules, reference);
  for (const origin of origins) {
    // Even a type of a store ties the decision to the shape of its rows.
    if (isStore(origin) || isService(origin)) return [origin];
  }
  if (reference.kind === 'type') return undefined;
  const seen = new Set([module.path]);
  const queue = origins.map((origin) => [origin]);
  for (const way of queue) {
    const path = way.at(-1) ?? '';
    if (seen.has(path)) continue;
    seen.add(path);
    for (const next of modules.get(path)?.references ?? []) {
      if (next.kind === 'type') continue;
      if (next.goal.kind === 'node') return [...way, next.specifier];
      for (const origin of findOrigins(modules, next)) {
        if (isStore(origin) || isService(origin)) return [...way, origin];
        queue.push([...way, origin]);
      }
    }
  }
  return undefined;
}

/** The modules that define the names of a reference, looking through doors. */
function findOrigins(modules: Modules, reference: Reference): string[] {
  if (reference.goal.kind !== 'module') return [];
  const goal = reference.goal.path;
  const origins = new Set<string>();
  for (const name of reference.names) {
    for (const origin of findOrigin(modules, goal, name.from, new Set())) origins.add(origin);
  }
  if (reference.names.length === 0) origins.add(goal);
  return [...origins];
}

function findOrigin(
  modules: Modules,
  path: string,
  name: string,
  seen: Set<string>,
): readonly string[] {
  const module = modules.get(path);
  if (module === undefined || baseName(path) !== 'index.ts' || seen.has(path)) return [path];
  seen.add(path);
  const doors = module.references.filter((reference) => reference.reexport);
  const named = doors.flatMap((door) => throughDoor(modules, door, name, seen));
  // A name that the door does not pass on is defined in the door's own file.
  return named.length > 0 ? named : [path];
}

function throughDoor(
  modules: Modules,
  door: Reference,
  name: string,
  seen: Set<string>,
): readonly string[] {
  const goal = door.goal;
  if (goal.kind !== 'module') return [];
  if (name === '*') return findOrigin(modules, goal.path, '*', seen);
  return door.names.flatMap((crossing) => {
    if (crossing.to === name) return findOrigin(modules, goal.path, crossing.from, seen);
    const passesAll = crossing.to === '*' && definesName(modules, goal.path, name);
    return passesAll ? findOrigin(modules, goal.path, name, seen) : [];
  });
}

/** Whether a module exports the name itself or passes it on. */
function definesName(modules: Modules, path: string, name: string): boolean {
  const module = modules.get(path);
  if (module === undefined) return false;
  return new RegExp(`\\bexport\\b[^;]*\\b${RegExp.escape(name)}\\b`).test(module.text);
}
