import { performance } from 'node:perf_hooks';
import type { Check } from './checks.ts';

/** The type checker and the linter use several threads themselves, so more would only queue. */
const checksAtOnce = 2;

/** Runs all checks, tells about each as it ends, and answers how many did not pass. */
export async function runChecks(
  checks: readonly Check[],
  write: (text: string) => void,
): Promise<number> {
  const startedMs = performance.now();
  const queue = [...checks];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      if (!(await runCheck(check, write))) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: checksAtOnce }, work));
  const total = seconds(performance.now() - startedMs);
  write(`${checks.length - failed} of ${checks.length} checks passed in ${total}\n`);
  return failed;
}

async function runCheck(check: Check, write: (text: string) => void): Promise<boolean> {
  const startedMs = performance.now();
  const lines = await findingsOf(check);
  const passed = lines.length === 0;
  const time = seconds(performance.now() - startedMs).padStart(7);
  write(`${check.name.padEnd(12)} ${time}  ${passed ? 'ok' : 'FAILED'}\n`);
  for (const line of lines) write(`${line.replaceAll(/^/gm, '  ')}\n`);
  return passed;
}

/** A check that breaks has not passed, and must not keep the others from speaking. */
async function findingsOf(check: Check): Promise<readonly string[]> {
  try {
    return await check.run();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

function seconds(elapsedMs: number): string {
  return `${(elapsedMs / 1000).toFixed(1)} s`;
}
