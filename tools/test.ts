/**
 * `npm test`: runs vitest with the given arguments and ends with the line `N passed, N failed`,
 * which is for programs to read.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countResults } from './vitest/results.ts';
import { runVitest } from './vitest/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'whisperforge-results-'));
try {
  const resultsFile = join(folder, 'results.json');
  const exitCode = await runVitest(process.argv.slice(2), resultsFile);
  const { passed, failed } = countResults(resultsFile, exitCode);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
