import { checkBoundaries } from './boundaries/boundaries.ts';
import { renderFinding, sortFindings } from './finding.ts';
import type { Finding } from './finding.ts';
import { checkGenerated } from './generated.ts';
import { readModules } from './modules.ts';
import type { Modules } from './modules.ts';
import { runProgram } from './programs.ts';
import { checkTidy } from './tidy/tidy.ts';
import { readTree } from './tree.ts';
import type { Tree } from './tree.ts';

/** A check answers with what it found, as lines to print; nothing found means that it passed. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<readonly string[]>;
}

const prettierCache = 'node_modules/.cache/prettier/check';

/** All checks of the repository at `root`; the slowest first, so that they overlap best. */
export function listChecks(root: string): Check[] {
  const read = readOnce(root);
  const ofProgram = (name: string, program: string, parameters: readonly string[]): Check => ({
    name,
    run: async () => {
      const result = await runProgram(root, program, parameters);
      if (result.succeeded) return [];
      return result.output === '' ? [`${program} failed without a word`] : [result.output];
    },
  });
  const ofTree = (name: string, check: (tree: Tree, modules: Modules) => Finding[]): Check => ({
    name,
    run: () => {
      const { tree, modules } = read();
      return Promise.resolve(sortFindings(check(tree, modules)).map(renderFinding));
    },
  });
  return [
    ofProgram('format', 'prettier', [
      '--check',
      '--log-level=warn',
      '--cache',
      '--cache-strategy=content',
      `--cache-location=${prettierCache}`,
      '.',
    ]),
    ofProgram('dead code', 'knip', ['--no-progress']),
    { name: 'types', run: () => findTypeErrors(root) },
    ofProgram('lint', 'oxlint', ['--type-aware', '--format=unix']),
    ofTree('boundaries', checkBoundaries),
    ofTree('tidy', checkTidy),
    ofTree('generated', checkGenerated),
  ];
}

/** The pages are compiled for browsers and with JSX, so that they are a program of their own. */
async function findTypeErrors(root: string): Promise<readonly string[]> {
  const programs = ['tsconfig.json', 'web/account/tsconfig.json', 'web/admin/tsconfig.json'];
  const results = await Promise.all(
    programs.map((program) => runProgram(root, 'tsc', ['-p', program])),
  );
  return results.flatMap(({ succeeded, output }) => {
    if (succeeded) return [];
    return [output === '' ? 'tsc failed without a word' : output];
  });
}

function readOnce(root: string): () => { tree: Tree; modules: Modules } {
  let sources: { tree: Tree; modules: Modules } | undefined;
  return () => {
    if (sources === undefined) {
      const tree = readTree(root);
      sources = { tree, modules: readModules(tree) };
    }
    return sources;
  };
}
