/**
 * `node tools/browser/unpack.ts FOLDER`: unpacks Chromium into FOLDER/ready. However many do so at
 * once, and however one of them dies, what lies there is whole.
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const LONGEST_WAIT_MS = 120_000;

/** Lets the package bring the libraries of the system that it was built for, too. */
const BUILT_FOR = 'AWS_Lambda_nodejs22.x';

async function unpack(folder: string): Promise<void> {
  // The kernel lets go of this lock when its holder dies; all others wait here for their turn.
  using lock = new DatabaseSync(join(folder, 'lock.sqlite'), { timeout: LONGEST_WAIT_MS });
  lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  const ready = join(folder, 'ready');
  if (existsSync(ready)) return;
  const begun = join(folder, 'begun');
  rmSync(begun, { recursive: true, force: true });
  mkdirSync(begun);
  Object.assign(process.env, { TMPDIR: begun, AWS_EXECUTION_ENV: BUILT_FOR });
  const { default: chromium } = await import('@sparticuz/chromium');
  await chromium.executablePath();
  writeFileSync(join(begun, 'fonts.conf'), fontsConfiguration(ready));
  renameSync(begun, ready);
}

/** The one that comes along names folders that are not here. */
function fontsConfiguration(ready: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${ready}/fonts</dir><cachedir>${ready}/fonts-cache</cachedir></fontconfig>
`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Say where to: node tools/browser/unpack.ts FOLDER');
await unpack(folder);
