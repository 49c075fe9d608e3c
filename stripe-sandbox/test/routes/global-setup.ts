import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where each test file of the sandbox notes which routes have answered it. */
    answersFolder: string;
    /** All test files of the sandbox when the run began, such as `src/http/api.test.ts`. */
    testFiles: readonly string[];
    /** Whether only tests of some names are run, so that what is noted is not all. */
    isNarrowed: boolean;
  }
}

const sandbox = resolve(import.meta.dirname, '../..');

export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-answers-'));
  project.provide('answersFolder', folder);
  project.provide('testFiles', globSync('{src,test}/**/*.test.ts', { cwd: sandbox }));
  project.provide('isNarrowed', project.vitest.config.testNamePattern !== undefined);
  return () => rmSync(folder, { recursive: true });
}
