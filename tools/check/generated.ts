import { fingerprintInHeader, fingerprintMigrations } from '../generate/fingerprint.ts';
import type { Finding } from './finding.ts';
import { baseName } from './tree.ts';
import type { Tree } from './tree.ts';

const generatedFiles = ['server/schema.sql', 'server/src/platform/schema.ts'];

/**
 * Compares the fingerprint of the migrations with the one in each generated file. That the files
 * hold what the migrations make is proved by a test, which has a database.
 */
export function checkGenerated(tree: Tree): Finding[] {
  const migrations = new Map<string, string>();
  for (const [path, text] of tree) {
    if (/^server\/migrations\/[^/]+\.sql$/.test(path)) migrations.set(baseName(path), text);
  }
  const finding = (path: string, message: string): Finding[] => [
    { path, line: 1, rule: 'generated', message },
  ];
  if (migrations.size === 0) return finding('server/migrations', 'no migration was read');
  const fingerprint = fingerprintMigrations(migrations);
  return generatedFiles.flatMap((path) => {
    const text = tree.get(path);
    if (text === undefined) return finding(path, 'is missing; run `npm run generate`');
    if (fingerprintInHeader(text) === fingerprint) return [];
    return finding(path, 'is older than the migrations; run `npm run generate`');
  });
}
