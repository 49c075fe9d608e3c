import { execFile } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface UnpackedChromium {
  readonly executable: string;
  /** The folder of shared libraries that a machine without a desktop lacks. */
  readonly libraries: string;
  /** The configuration that names the fonts that came along, and no others. */
  readonly fonts: string;
}

const PROGRAM = fileURLToPath(new URL('unpack.ts', import.meta.url));

/**
 * Chromium as npm brings it, unpacked once for each user of the machine and then kept.
 *
 * @param directory that the unpacked one is in; the machine's temporary one, where it is left out
 */
export async function unpackChromium(directory: string = tmpdir()): Promise<UnpackedChromium> {
  const folder = join(directory, `whisperforge-chromium-${version()}-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  requireOwn(folder);
  const ready = join(folder, 'ready');
  // In a process of its own, since the package unpacks where the environment says.
  if (!existsSync(ready)) await promisify(execFile)(process.execPath, [PROGRAM, folder]);
  return {
    executable: join(ready, 'chromium'),
    libraries: join(ready, 'al2023', 'lib'),
    fonts: join(ready, 'fonts.conf'),
  };
}

/** Another version of Chromium gets another folder. */
function version(): string {
  const manifest = new URL('../../package.json', import.meta.resolve('@sparticuz/chromium'));
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}

/** What is run from a folder that all can write to must be nobody else's. */
function requireOwn(folder: string): void {
  const found = lstatSync(folder);
  if (found.isDirectory() && found.uid === userInfo().uid) return;
  throw new Error(`${folder} belongs to somebody else: nothing is run from there.`);
}
