import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readArguments } from './soak/arguments.ts';
import { listScenarios } from './soak/scenario-process.ts';
import { Refusal } from './refusal.ts';

const PROGRAM = fileURLToPath(new URL('soak.ts', import.meta.url));

test('what cannot be understood is refused by name', () => {
  expect(() => readArguments(['--minutes', 'ten'])).toThrow(/--minutes is ten/);
  expect(() => readArguments(['--seed', '4294967296'])).toThrow(/--seed/);
  expect(() => readArguments(['--hours', '1'])).toThrow(Refusal);
});

test('without a seed one is drawn, and help is no run', () => {
  expect(readArguments(['--minutes', '5'])?.seed).toBeGreaterThanOrEqual(0);
  expect(readArguments(['--help'])).toBeUndefined();
});

test('every scenario is known by a name', async () => {
  const names = await listScenarios();
  expect(names).toEqual(expect.arrayContaining(['kill-postgres', 'sandbox-lives']));
  expect(new Set(names).size).toBe(names.length);
});

test('a scenario that does not exist is refused with those that do', () => {
  const args = ['--conditions=@whisperforge/source', PROGRAM, '--only', 'nothing'];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/no scenario nothing; there are .*idempotency/);
});
