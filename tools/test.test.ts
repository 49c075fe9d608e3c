import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROGRAM = fileURLToPath(import.meta.resolve('./test.ts'));
const CONFIG = fileURLToPath(import.meta.resolve('./vitest/test/fixture.config.ts'));

/** Runs `npm test` on these fixtures: its last line, and whether it ended well. */
function runTests(...fixtures: string[]): { lastLine: string | undefined; status: number | null } {
  const filters = fixtures.map((name) => `${name}.fixture`);
  const run = spawnSync(process.execPath, [PROGRAM, '--config', CONFIG, ...filters], {
    encoding: 'utf8',
  });
  return { lastLine: run.stdout.split('\n').at(-2), status: run.status };
}

test('a run where all pass says so and ends well', () => {
  expect(runTests('passing')).toEqual({ lastLine: '1 passed, 0 failed', status: 0 });
});

test('failed tests, files that do not load and set-ups that fail count as failed', () => {
  const run = runTests('passing', 'failing', 'broken', 'unset');
  expect(run).toEqual({ lastLine: '1 passed, 3 failed', status: 1 });
});

test('an error outside of any test fails the run', () => {
  expect(runTests('leaking')).toEqual({ lastLine: '1 passed, 1 failed', status: 1 });
});

test('a run without tests fails', () => {
  expect(runTests('absent')).toMatchObject({ status: 1 });
});
