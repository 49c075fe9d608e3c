import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSecret } from '../../server/src/domains/keys/index.ts';
import { replaceFile } from '../postgres/private-file.ts';

/** The secret key of a development system: made at its first start and kept with its data. */
export function ensureSecretKey(dataDir: string): string {
  const file = join(dataDir, 'secret-key');
  if (existsSync(file)) return readFileSync(file, 'utf8').trim();
  const secret = newSecret('test');
  replaceFile(file, `${secret}\n`);
  return secret;
}
