import type { Finding } from '../finding.ts';
import type { Module, Modules, Reference } from '../modules.ts';
import { baseName, isTest } from '../tree.ts';
import {
  domainOf,
  isStore,
  middlewarePackages,
  ranks,
  roomOf,
  sharedTestFolders,
  vendorFolders,
  vendorTypeFolders,
} from './house.ts';
import type { Room } from './house.ts';

/** Holds every reference of every module against the walls of the house. */
export function checkImports(modules: Modules): Finding[] {
  const findings: Finding[] = [];
  for (const module of modules.values()) {
    const room = roomOf(module.path);
    if (room === undefined) continue;
    for (const error of module.syntaxErrors) {
      findings.push({ path: module.path, line: 1, rule: 'parse', message: error });
    }
    for (const reference of module.references) {
      for (const fault of judge(module, room, reference)) {
        findings.push({ path: module.path, line: reference.line, ...fault });
      }
    }
  }
  return findings;
}

interface Fault {
  readonly rule: string;
  readonly message: string;
}

function judge(module: Module, room: Room, reference: Reference): Fault[] {
  const { goal, specifier } = reference;
  switch (goal.kind) {
    case 'lost':
      return [{ rule: 'lost-import', message: `'${specifier}' leads to no file` }];
    case 'computed':
      return judgeComputed(module, room);
    case 'node':
      return judgeNode(module, room, specifier);
    case 'package':
      return judgePackage(module, room, reference, goal.name);
    case 'module':
      return [
        ...judgeRooms(module.path, room, goal.path),
        ...judgeDomains(module.path, goal.path),
        ...judgeTests(module.path, room, goal.path),
      ];
  }
}

/** Nothing can be said about a path that exists only at run time, so shipped code has none. */
function judgeComputed(module: Module, room: Room): Fault[] {
  if (isTest(module.path) || room.name === 'tools' || room.name === 'bench') return [];
  return [
    { rule: 'computed-import', message: 'an import whose path is computed escapes the rules' },
  ];
}

function judgeNode(module: Module, room: Room, specifier: string): Fault[] {
  if (isTest(module.path)) return [];
  if (room.name === 'kernel') {
    return [{ rule: 'kernel', message: `the kernel is pure and does not import ${specifier}` }];
  }
  if (room.name === 'sdk' && !module.path.includes('/test/') && isShippedSdk(module.path)) {
    return [{ rule: 'sdk', message: `the SDK runs everywhere and does not import ${specifier}` }];
  }
  if (specifier === 'node:module' && room.name !== 'tools') {
    return [{ rule: 'computed-import', message: 'node:module can require past the rules' }];
  }
  return [];
}

function isShippedSdk(path: string): boolean {
  return path.startsWith('sdk/src/');
}

function judgePackage(module: Module, room: Room, reference: Reference, name: string): Fault[] {
  const { path } = module;
  if (isTest(path) || room.name === 'tools' || room.name === 'bench' || room.name === 'root') {
    return [];
  }
  if (room.name === 'kernel') {
    return [
      { rule: 'kernel', message: `the kernel has no dependencies and does not import ${name}` },
    ];
  }
  if (isShippedSdk(path)) return judgeSdkPackage(path, reference, name);
  const folders = vendorFolders.get(name);
  if (folders === undefined || folders.some((folder) => path.startsWith(`${folder}/`))) return [];
  if (name === 'kysely' && isStore(path)) return [];
  const typeFolders = vendorTypeFolders.get(name) ?? [];
  const inTypeFolder = typeFolders.some((folder) => path.startsWith(`${folder}/`));
  if (reference.kind === 'type' && inTypeFolder) return [];
  return [{ rule: 'vendor', message: `${name} is imported only in ${folders.join(', ')}` }];
}

function judgeSdkPackage(path: string, reference: Reference, name: string): Fault[] {
  const allowed = middlewarePackages.includes(name) && baseName(path) === `${name}.ts`;
  if (allowed && reference.kind === 'type') return [];
  const message = allowed
    ? `only types of ${name} are imported here; write 'import type'`
    : `the SDK has no dependencies and does not import ${name}`;
  return [{ rule: 'sdk', message }];
}

function judgeRooms(from: string, room: Room, to: string): Fault[] {
  const target = roomOf(to);
  if (target === undefined || target.name === room.name) return [];
  if (room.enters.includes(target.name)) return [];
  const fault = { rule: 'rooms', message: `${room.name} does not import ${target.name} (${to})` };
  if (!isTest(from)) return [fault];
  if (sharedTestFolders.some((folder) => to.startsWith(`${folder}/`))) return [];
  // Tests may drive any part of the house, but the payment sandbox's know nobody else, and the
  // kernel's nobody at all.
  const meets = [room.name, target.name];
  const sandbox = meets.includes('stripe-sandbox');
  const kernel = room.name === 'kernel';
  return sandbox || kernel ? [fault] : [];
}

function judgeDomains(from: string, to: string): Fault[] {
  const target = domainOf(to);
  const origin = domainOf(from);
  if (target === undefined || target === origin || isTest(from)) return [];
  const faults: Fault[] = [];
  if (origin !== undefined && ranks.indexOf(target) > ranks.indexOf(origin)) {
    const message = `${origin} ranks below ${target}; news travels upward as outbox events`;
    faults.push({ rule: 'ranks', message });
  }
  if (to !== `server/src/domains/${target}/index.ts`) {
    faults.push({ rule: 'door', message: `${target} is entered by its index.ts, not by ${to}` });
  }
  return faults;
}

function judgeTests(from: string, room: Room, to: string): Fault[] {
  const exempt = isTest(from) || room.name === 'bench' || room.name === 'root';
  if (exempt || !isTest(to)) return [];
  return [{ rule: 'source-to-test', message: `source does not import tests (${to})` }];
}
