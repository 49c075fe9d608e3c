import { resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { listChecks } from './check/checks.ts';
import type { Check } from './check/checks.ts';

/** The type checker and the linter use several threads themselves, so more would only queue. */
const checksAtOnce = 2;

const root = resolve(import.meta.dirname, '..');
const wanted = process.argv.slice(2);
const all = listChecks(root);
const unknown = wanted.filter((name) => !all.some((check) => check.name === name));
if (unknown.length > 0) {
  const names = all.map((check) => `'${check.name}'`).join(', ');
  process.stderr.write(`There is no check named ${unknown.join(', ')}; there are ${names}.\n`);
  process.exit(2);
}
const failures = await runAll(
  all.filter(({ name }) => wanted.length === 0 || wanted.includes(name)),
);
process.exitCode = failures > 0 ? 1 : 0;

async function runAll(checks: readonly Check[]): Promise<number> {
  const startedMs = performance.now();
  const queue = [...checks];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      if (!(await runOne(check))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: checksAtOnce }, work));
  const passed = checks.length - failed;
  const total = seconds(performance.now() - startedMs);
  process.stdout.write(`${passed} of ${checks.length} checks passed in ${total}\n`);
  return failed;
}

async function runOne(check: Check): Promise<boolean> {
  const startedMs = performance.now();
  const lines = await check.run();
  const passed = lines.length === 0;
  const verdict = passed ? 'ok' : 'FAILED';
  const time = seconds(performance.now() - startedMs);
  process.stdout.write(`${check.name.padEnd(12)} ${time.padStart(7)}  ${verdict}\n`);
  for (const line of lines) process.stdout.write(`${line.replaceAll(/^/gm, '  ')}\n`);
  return passed;
}

function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}
