import { posix } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import type { Program, StringLiteral } from 'oxc-parser';
import { isSource } from './tree.ts';
import type { Tree } from './tree.ts';
import { readWorkspaces, resolveWorkspacePackage } from './workspaces.ts';
import type { Workspace } from './workspaces.ts';

/** A name that crosses a module boundary; `*` stands for everything behind it. */
export interface CrossingName {
  readonly from: string;
  readonly to: string;
}

/** One mention of another module: an import, a re-export, a dynamic import, a worker's URL. */
export interface Reference {
  readonly specifier: string;
  readonly line: number;
  /** `type` only where nothing remains at run time (`import type`, `export type`). */
  readonly kind: 'value' | 'type';
  readonly reexport: boolean;
  readonly names: readonly CrossingName[];
  readonly goal:
    | { readonly kind: 'module'; readonly path: string }
    | { readonly kind: 'package'; readonly name: string }
    | { readonly kind: 'node' }
    | { readonly kind: 'lost' }
    | { readonly kind: 'computed' };
}

export interface Module {
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly references: readonly Reference[];
  readonly syntaxErrors: readonly string[];
  readonly lineAt: (offset: number) => number;
}

export type Modules = ReadonlyMap<string, Module>;

export function readModules(tree: Tree): Modules {
  const workspaces = readWorkspaces(tree);
  const modules = new Map<string, Module>();
  for (const [path, text] of tree) {
    if (isSource(path)) modules.set(path, readModule(path, text, tree, workspaces));
  }
  return modules;
}

type Sighting = Omit<Reference, 'goal' | 'line'> & { readonly offset: number };

function readModule(
  path: string,
  text: string,
  tree: Tree,
  workspaces: readonly Workspace[],
): Module {
  const parsed = parseSync(path, text);
  const program = parsed.program;
  const lineAt = lineFinder(text);
  const sightings = [...readDeclarations(program), ...readExpressions(program)];
  const references = sightings.map(({ offset, ...seen }) => ({
    ...seen,
    line: lineAt(offset),
    goal: findGoal(path, seen.specifier, tree, workspaces),
  }));
  const syntaxErrors = parsed.errors.map((error) => error.message);
  return { path, text, program, references, syntaxErrors, lineAt };
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

function readDeclarations(program: Program): Sighting[] {
  const sightings: Sighting[] = [];
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration') {
      const names = node.specifiers.map((specifier) => {
        if (specifier.type === 'ImportDefaultSpecifier') return name('default', specifier.local);
        if (specifier.type === 'ImportNamespaceSpecifier') return name('*', specifier.local);
        return name(nameText(specifier.imported), specifier.local);
      });
      const kind = node.importKind === 'type' ? 'type' : 'value';
      sightings.push(sighting(node.source, kind, false, names));
    } else if (node.type === 'ExportAllDeclaration') {
      const to = node.exported === null ? '*' : nameText(node.exported);
      const kind = node.exportKind === 'type' ? 'type' : 'value';
      sightings.push(sighting(node.source, kind, true, [{ from: '*', to }]));
    } else if (node.type === 'ExportNamedDeclaration' && node.source !== null) {
      const names = node.specifiers.map((specifier) => ({
        from: nameText(specifier.local),
        to: nameText(specifier.exported),
      }));
      const kind = node.exportKind === 'type' ? 'type' : 'value';
      sightings.push(sighting(node.source, kind, true, names));
    }
  }
  return sightings;
}

function sighting(
  source: StringLiteral,
  kind: 'value' | 'type',
  reexport: boolean,
  names: readonly CrossingName[],
): Sighting {
  return { specifier: source.value, offset: source.start, kind, reexport, names };
}

function name(from: string, local: { readonly name: string }): CrossingName {
  return { from, to: local.name };
}

export function nameText(node: {
  readonly type: string;
  readonly name?: string;
  readonly value?: unknown;
}): string {
  return node.type === 'Literal' ? String(node.value) : (node.name ?? '');
}

const everything: readonly CrossingName[] = [{ from: '*', to: '*' }];

function readExpressions(program: Program): Sighting[] {
  const sightings: Sighting[] = [];
  const add = (specifier: string, offset: number, kind: 'value' | 'type'): void => {
    sightings.push({ specifier, offset, kind, reexport: false, names: everything });
  };
  new Visitor({
    ImportExpression(node) {
      const source = node.source;
      const literal = source.type === 'Literal' && typeof source.value === 'string';
      add(literal ? source.value : computedSpecifier, node.start, 'value');
    },
    TSImportType(node) {
      add(node.source.value, node.start, 'type');
    },
    TSImportEqualsDeclaration(node) {
      if (node.moduleReference.type !== 'TSExternalModuleReference') return;
      add(node.moduleReference.expression.value, node.start, 'value');
    },
    NewExpression(node) {
      // A worker or a child process is started from a URL; the file behind it is imported too.
      const first = node.arguments[0];
      const isUrl = node.callee.type === 'Identifier' && node.callee.name === 'URL';
      if (!isUrl || first?.type !== 'Literal' || typeof first.value !== 'string') return;
      if (/^\.{1,2}\/.*\.tsx?$/.test(first.value)) add(first.value, node.start, 'value');
    },
  }).visit(program);
  return sightings;
}

const computedSpecifier = '(computed)';

function findGoal(
  from: string,
  specifier: string,
  tree: Tree,
  workspaces: readonly Workspace[],
): Reference['goal'] {
  if (specifier === computedSpecifier) return { kind: 'computed' };
  if (specifier.startsWith('node:')) return { kind: 'node' };
  if (specifier.startsWith('.')) {
    const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/, ''));
    return tree.has(path) ? { kind: 'module', path } : { kind: 'lost' };
  }
  const workspace = resolveWorkspacePackage(specifier, workspaces);
  if (workspace !== undefined) {
    return tree.has(workspace) ? { kind: 'module', path: workspace } : { kind: 'lost' };
  }
  return { kind: 'package', name: packageName(specifier) };
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}
