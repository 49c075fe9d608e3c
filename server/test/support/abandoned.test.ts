import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import {
  endHolder,
  endHolders,
  isAlive,
  query,
  reportOf,
  spawnHolder,
  temporaryFolder,
} from '../../../tools/postgres/test/holder.ts';
import { deleteAbandonedClusters, TEST_FOLDER_PREFIX } from './abandoned.ts';

const root = temporaryFolder();

afterAll(async () => {
  await endHolders();
  await rm(root, { recursive: true });
});

test('the cluster of a killed run is deleted; that of a living run is left', async () => {
  const dead = join(root, `${TEST_FOLDER_PREFIX}dead`, 'postgres');
  const living = join(root, `${TEST_FOLDER_PREFIX}living`);
  const unlike = join(root, 'unlike');
  mkdirSync(unlike);
  const [killed, kept] = [spawnHolder(dead), spawnHolder(living)];
  const [deadReport, livingReport] = await Promise.all([reportOf(killed), reportOf(kept)]);
  await endHolder(killed, 'SIGKILL');

  await deleteAbandonedClusters(root);

  expect(existsSync(dead)).toBe(false);
  expect(isAlive(deadReport.pid ?? 0)).toBe(false);
  expect(await query(livingReport.url ?? '', 'SELECT 1')).toEqual([1]);
  expect(existsSync(unlike)).toBe(true);
});
