import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The text of every file that the checks may look at, keyed by its path from the root with forward
 * slashes. Tests hand in small maps, so that nothing illegal has to lie in the real tree.
 */
export type Tree = ReadonlyMap<string, string>;

const skippedFolders = new Set([
  'node_modules',
  'dist',
  'coverage',
  'test-results',
  '__pycache__',
  'venv',
]);

const textEndings = /\.(ts|tsx|js|mjs|cjs|json|md|sql|yaml|yml|css|html|py|toml|txt)$/;

export function readTree(root: string): Tree {
  const tree = new Map<string, string>();
  collect(root, '', tree);
  return tree;
}

function collect(root: string, folder: string, tree: Map<string, string>): void {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name) && !entry.name.startsWith('.')) {
        collect(root, path, tree);
      }
    } else if (entry.isFile() && (textEndings.test(entry.name) || entry.name === '.env.example')) {
      tree.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
}

export function isSource(path: string): boolean {
  return /\.(ts|tsx)$/.test(path) && !path.endsWith('.d.ts');
}

/** Tests, and the folders of helpers that only tests use, obey fewer rules than source. */
export function isTest(path: string): boolean {
  return /\.(?:test|fixture)\.tsx?$/.test(path) || path.split('/').slice(0, -1).includes('test');
}

export function isGenerated(path: string): boolean {
  return path === 'server/src/platform/schema.ts' || path === 'server/schema.sql';
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function folderName(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
