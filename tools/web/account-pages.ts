import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../refusal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = join(ROOT, 'web/account');
const DIST = join(PAGES, 'dist');
/** Beside the files: a digest of what they were made of. */
const STAMP = '.sources';

/** Builds the account pages where they are missing or made of other sources than today's. */
export async function ensureAccountPages(say: (line: string) => void): Promise<void> {
  const stamp = join(DIST, STAMP);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digestOfSources()) return;
  say('Building the account pages …');
  await buildAccountPages();
}

/** Whoever reads the folder finds the old files or the new ones, and never some of both. */
export async function buildAccountPages(): Promise<void> {
  const digest = digestOfSources();
  const made = join(ROOT, 'node_modules/.cache', `account-pages-${process.pid}`);
  await mkdir(made, { recursive: true });
  try {
    await build(['--outDir', made, '--emptyOutDir']);
    await build(['--config', join(PAGES, 'embed.config.ts'), '--outDir', made]);
    await writeFile(join(made, STAMP), digest);
    await rm(DIST, { recursive: true, force: true });
    await rename(made, DIST);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

function build(options: readonly string[]): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) {
    throw new Refusal('The account pages are built by vite, which `npm ci` installs.');
  }
  const child = spawn(process.execPath, [vite, 'build', PAGES, '--logLevel=warn', ...options], {
    // Tests run with another NODE_ENV, by which other code would be made.
    env: { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const output = Buffer.concat(said).toString().trim();
      return reject(new Refusal(`The account pages cannot be built.\n${output}`));
    });
  });
}

/** All that a build reads: the pages, what of the kernel they may use, and the versions. */
function digestOfSources(): string {
  const digest = createHash('sha256');
  for (const file of listSources()) {
    digest
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return digest.digest('hex');
}

const NOT_BUILT = new Set(['dist', 'test', 'node_modules']);

function listSources(): string[] {
  const inside = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return NOT_BUILT.has(entry.name) ? [] : inside(path);
      return /\.(?:test|fixture)\.ts$|\.md$/.test(entry.name) ? [] : [path];
    });
  const files = [...inside(PAGES), ...inside(join(ROOT, 'kernel'))];
  return [...files, join(ROOT, 'package-lock.json')].toSorted();
}
