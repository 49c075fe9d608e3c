import { createHash } from 'node:crypto';

/**
 * A digest of all migrations, by name and text. It stands in the header of what is generated from
 * them, so that whether a file is out of date can be told without a database.
 */
export function fingerprintMigrations(migrations: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  const sorted = [...migrations].toSorted(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, text] of sorted) {
    hash.update(`${name}\0${Buffer.byteLength(text)}\0${text}`);
  }
  return hash.digest('hex');
}

export function headerOf(commentMark: string, fingerprint: string): string {
  return [
    `${commentMark} Generated from server/migrations by \`npm run generate\`. Do not edit.`,
    `${commentMark} Migrations: sha256 ${fingerprint}`,
    '',
  ].join('\n');
}

export function fingerprintInHeader(text: string): string | undefined {
  return /^(?:--|\/\/) Migrations: sha256 ([0-9a-f]{64})$/m.exec(text)?.[1];
}
