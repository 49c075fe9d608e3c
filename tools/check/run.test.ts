import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listChecks } from './checks.ts';
import type { Check } from './checks.ts';
import { runProgram } from './programs.ts';
import { runChecks } from './run.ts';

const root = resolve(import.meta.dirname, '../..');

async function outcome(checks: readonly Check[]): Promise<{ failed: number; text: string }> {
  let text = '';
  const failed = await runChecks(checks, (part) => (text += part));
  return { failed, text };
}

const passing: Check = { name: 'calm', run: () => Promise.resolve([]) };
const finding: Check = { name: 'strict', run: () => Promise.resolve(['a.ts:1  is wrong']) };
const breaking: Check = { name: 'broken', run: () => Promise.reject(new Error('no such file')) };

describe('a run of checks', () => {
  test('passes when no check finds anything', async () => {
    const { failed, text } = await outcome([passing]);
    expect(failed).toBe(0);
    expect(text).toMatch(/^calm +\d+\.\d s {2}ok\n1 of 1 checks passed in \d+\.\d s\n$/);
  });

  test('fails with the findings of each check below its line', async () => {
    const { failed, text } = await outcome([passing, finding]);
    expect(failed).toBe(1);
    expect(text).toMatch(/strict +\d+\.\d s {2}FAILED\n {2}a\.ts:1 {2}is wrong\n/);
    expect(text).toContain('1 of 2 checks passed');
  });

  test('fails when a check breaks, and still runs the others', async () => {
    const { failed, text } = await outcome([breaking, breaking, breaking, passing]);
    expect(failed).toBe(3);
    expect(text).toContain('no such file');
    expect(text).toMatch(/calm .* ok/);
  });

  test('consists of every check that the documents name', () => {
    const names = listChecks(root).map(({ name }) => name);
    expect(names.toSorted()).toEqual([
      'boundaries',
      'dead code',
      'format',
      'generated',
      'lint',
      'tidy',
      'types',
    ]);
  });
});

describe('a program', () => {
  test('has succeeded only when it ends with 0', async () => {
    const fine = await runProgram(root, 'node', ['-e', 'console.log(1); console.error(2)']);
    expect(fine.succeeded).toBe(true);
    expect(fine.output.split('\n').toSorted()).toEqual(['1', '2']);
    const failed = await runProgram(root, 'node', ['-e', 'process.exit(3)']);
    expect(failed).toEqual({ succeeded: false, output: '' });
    const killed = await runProgram(root, 'node', ['-e', "process.kill(process.pid, 'SIGKILL')"]);
    expect(killed.succeeded).toBe(false);
  });

  test('that is not installed breaks the check', async () => {
    await expect(runProgram(root, 'no-such-program', [])).rejects.toThrow('ENOENT');
  });
});
