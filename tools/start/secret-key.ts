import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomText } from '@whisperforge/kernel/ids';
import { newSecret } from '../../server/src/domains/keys/index.ts';
import { replaceFile } from '../postgres/private-file.ts';

/** The secret key of a development system: made at its first start and kept with its data. */
export function ensureSecretKey(dataDir: string): string {
  return ensureSecret(join(dataDir, 'secret-key'), () => newSecret('test'));
}

/** What its secrets are encrypted with. */
export function ensureEncryptionKey(dataDir: string): string {
  return ensureSecret(join(dataDir, 'encryption-key'), () => randomText(40));
}

/** The password of its first owner: in four groups, for those who type it. */
export function ensureOwnerPassword(dataDir: string): string {
  const make = (): string => (randomText(16).match(/.{4}/g) ?? []).join('-');
  return ensureSecret(join(dataDir, 'admin-password'), make);
}

function ensureSecret(file: string, make: () => string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const secret = make();
  replaceFile(file, `${secret}\n`);
  return secret;
}
