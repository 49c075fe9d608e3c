import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { deleteAbandonedFolders, makeTestFolder } from './test/folders.ts';
import { endHolder, isAlive, query, reportOf, spawnHolder, useTestFolder } from './test/holder.ts';

const RUN = fileURLToPath(new URL('test/run.fixture.ts', import.meta.url));
const directory = useTestFolder();

test('what a killed test run left is stopped and deleted; a living one keeps its own', async () => {
  const living = makeTestFolder(directory);
  const { url } = await reportOf(spawnHolder(join(living.path, 'data')));
  const killed = spawn(process.execPath, [RUN, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = await reportOf(killed);
  await endHolder(killed, 'SIGKILL');
  expect(isAlive(pid ?? 0)).toBe(true);
  mkdirSync(join(directory, 'unlike'));

  await deleteAbandonedFolders(directory);

  expect(isAlive(pid ?? 0)).toBe(false);
  const left = readdirSync(directory)
    .filter((name) => !name.startsWith('lock.'))
    .toSorted();
  expect(left).toEqual(['unlike', basename(living.path)]);
  expect(await query(url ?? '', 'SELECT 1')).toEqual([1]);
  await living.delete();
  expect(readdirSync(directory)).not.toContain(basename(living.path));
});
