import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Refusal } from '../refusal.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Beside the files: a digest of what they were made of. */
const STAMP = '.sources';

/** One of the applications under `web/`, which browsers load. */
interface Pages {
  readonly folder: string;
  /** As in "Building the account pages". */
  readonly name: string;
  /** Configurations beside the first one, which add files to the same folder. */
  readonly furtherConfigs: readonly string[];
}

const ALL_PAGES: readonly Pages[] = [
  { folder: 'account', name: 'the account pages', furtherConfigs: ['embed.config.ts'] },
  { folder: 'admin', name: 'the staff portal', furtherConfigs: [] },
];

/** Builds what is missing or made of other sources than today's. */
export async function ensurePages(say: (line: string) => void): Promise<void> {
  const stale = ALL_PAGES.filter((pages) => !isUpToDate(pages, digestOfSources(pages)));
  for (const { name } of stale) say(`Building ${name} …`);
  await buildEach(stale);
}

export async function buildPages(): Promise<void> {
  await buildEach(ALL_PAGES);
}

/** Side by side; where one cannot be built, the others are finished before that is said. */
async function buildEach(all: readonly Pages[]): Promise<void> {
  const built = await Promise.allSettled(all.map(buildOne));
  for (const outcome of built) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Whoever reads the folder finds the old files or the new ones, and never some of both. */
async function buildOne(pages: Pages): Promise<void> {
  const digest = digestOfSources(pages);
  const made = join(ROOT, 'node_modules/.cache', `${pages.folder}-pages-${process.pid}`);
  await mkdir(made, { recursive: true });
  try {
    await runVite(pages, ['--outDir', made, '--emptyOutDir']);
    for (const config of pages.furtherConfigs) {
      await runVite(pages, ['--config', join(sourcesOf(pages), config), '--outDir', made]);
    }
    await writeFile(join(made, STAMP), digest);
    await replace(pages, { made, digest });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Two that build at once make the same; the one that comes second leaves what is there. */
async function replace(
  pages: Pages,
  { made, digest }: { readonly made: string; readonly digest: string },
): Promise<void> {
  const dist = join(sourcesOf(pages), 'dist');
  await rm(dist, { recursive: true, force: true });
  try {
    await rename(made, dist);
  } catch (thrown) {
    if (!isUpToDate(pages, digest)) throw thrown;
  }
}

function runVite({ folder, name }: Pages, options: readonly string[]): Promise<void> {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) throw new Refusal('Pages are built by vite, which `npm ci` installs.');
  const parameters = [vite, 'build', join(ROOT, 'web', folder), '--logLevel=warn', ...options];
  const child = spawn(process.execPath, parameters, {
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
      return reject(new Refusal(`Vite cannot build ${name}.\n${output}`));
    });
  });
}

function sourcesOf({ folder }: Pages): string {
  return join(ROOT, 'web', folder);
}

function isUpToDate(pages: Pages, digest: string): boolean {
  const stamp = join(sourcesOf(pages), 'dist', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === digest;
}

/** All that a build reads: the pages, what they share, what of the house they use, the versions. */
function digestOfSources(pages: Pages): string {
  const digest = createHash('sha256');
  for (const file of listSources(pages)) {
    digest
      .update(`${relative(ROOT, file)}\0`)
      .update(readFileSync(file))
      .update('\0');
  }
  return digest.digest('hex');
}

const NOT_BUILT = new Set(['dist', 'test', 'node_modules']);

function listSources(pages: Pages): string[] {
  const inside = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return NOT_BUILT.has(entry.name) ? [] : inside(path);
      return /\.(?:test|fixture)\.ts$|\.md$/.test(entry.name) ? [] : [path];
    });
  const folders = [sourcesOf(pages), join(ROOT, 'web/ui'), join(ROOT, 'kernel')];
  return [...folders.flatMap(inside), join(ROOT, 'package-lock.json')].toSorted();
}
