import { existsSync, readFileSync } from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Results {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/**
 * Counts what vitest's JSON report says. A file that failed to load, or whose set-up failed, has no
 * failed test to show for it and counts as one; so does whatever else made vitest end badly.
 */
export function countResults(resultsFile: string, exitCode: number): Counts {
  if (!existsSync(resultsFile)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(resultsFile, 'utf8')) as Results;
  const brokenFiles = results.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const failed = results.numFailedTests + brokenFiles.length;
  const unexplained = failed === 0 && exitCode !== 0;
  return { passed: results.numPassedTests, failed: unexplained ? 1 : failed };
}
