import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Service {
  readonly url: string;
  readonly secretKey: string;
}

const REPOSITORY = resolve(import.meta.dirname, '../..');

/**
 * Where the service is, and the key to it: `WHISPERFORGE_URL` and `WHISPERFORGE_KEY`, or what a
 * plain `npm start` of this repository has made.
 */
export function readService(env: Environment): Service {
  return {
    url: env['WHISPERFORGE_URL'] ?? 'http://127.0.0.1:3000',
    secretKey: env['WHISPERFORGE_KEY'] ?? readDevelopmentKey(env['DATA_DIR'] ?? '.data'),
  };
}

function readDevelopmentKey(dataDir: string): string {
  const file = resolve(REPOSITORY, dataDir, 'secret-key');
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (cause) {
    const advice = 'Run `npm start` in another terminal first, or set WHISPERFORGE_KEY.';
    throw new Error(`There is no secret key in ${file}. ${advice}`, { cause });
  }
}

/** npm runs this in its own folder, while people name files from where they are. */
export function pathOf(file: string, env: Environment): string {
  return resolve(env['INIT_CWD'] ?? process.cwd(), file);
}
