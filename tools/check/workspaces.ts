import { posix } from 'node:path';
import type { Tree } from './tree.ts';

/** A package of this repository and where its exported entries lie in the tree. */
export interface Workspace {
  readonly name: string;
  readonly folder: string;
  readonly exports: ReadonlyMap<string, string>;
}

export function readWorkspaces(tree: Tree): Workspace[] {
  const workspaces: Workspace[] = [];
  for (const [path, text] of tree) {
    if (!path.endsWith('/package.json')) continue;
    const content = JSON.parse(text) as { name?: string; exports?: unknown };
    if (content.name === undefined) continue;
    const folder = posix.dirname(path);
    workspaces.push({ name: content.name, folder, exports: readExports(content.exports) });
  }
  return workspaces;
}

function readExports(exports: unknown): Map<string, string> {
  const entries = new Map<string, string>();
  if (typeof exports === 'string') entries.set('.', exports);
  if (typeof exports !== 'object' || exports === null) return entries;
  for (const [key, value] of Object.entries(exports)) {
    if (typeof value === 'string') entries.set(key, value);
    else if (hasSource(value)) entries.set(key, value[SOURCE]);
  }
  return entries;
}

/** Inside the repository this condition wins, as in tsconfig.json and the npm scripts. */
const SOURCE = '@whisperforge/source';

function hasSource(value: unknown): value is { [SOURCE]: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    SOURCE in value &&
    typeof value[SOURCE] === 'string'
  );
}

/** The path behind a workspace's specifier, or undefined when it names no workspace. */
export function resolveWorkspacePackage(
  specifier: string,
  workspaces: readonly Workspace[],
): string | undefined {
  const workspace = workspaces.find(
    ({ name }) => specifier === name || specifier.startsWith(`${name}/`),
  );
  if (workspace === undefined) return undefined;
  const key = `.${specifier.slice(workspace.name.length)}`;
  const exact = workspace.exports.get(key);
  if (exact !== undefined) return posix.join(workspace.folder, exact);
  for (const [pattern, target] of workspace.exports) {
    const [before, after] = pattern.split('*');
    if (before === undefined || after === undefined) continue;
    if (!key.startsWith(before) || !key.endsWith(after)) continue;
    const middle = key.slice(before.length, key.length - after.length);
    return posix.join(workspace.folder, target.replace('*', middle));
  }
  // An entry that the package does not export resolves to its folder, which is no module.
  return workspace.folder;
}
