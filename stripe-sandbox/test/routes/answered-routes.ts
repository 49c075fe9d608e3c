import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file in the folder of the run, named after a test file, with a route on each line. */
let file: string | undefined;
const noted = new Set<string>();

interface Kept {
  readonly folder: string;
  /** Such as `src/http/api.test.ts`. */
  readonly testFile: string;
}

/** From now on, notes which routes answer this test file as the SDK declares it. */
export function keepAnswers({ folder, testFile }: Kept): void {
  file = join(folder, encodeURIComponent(testFile));
  appendFileSync(file, '');
}

/** Written at once, since a test file may end its process in any way. */
export function noteAnswer(route: string): void {
  if (file === undefined || noted.has(route)) return;
  noted.add(route);
  appendFileSync(file, `${route}\n`);
}

export interface Answers {
  readonly testFiles: readonly string[];
  readonly routes: ReadonlySet<string>;
}

/** What all test files of a run have noted. */
export function readAnswers(folder: string): Answers {
  const names = readdirSync(folder);
  const lines = names.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return { testFiles: names.map(decodeURIComponent), routes: new Set(lines) };
}
