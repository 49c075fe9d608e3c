import type { Finding } from '../finding.ts';
import { isTest } from '../tree.ts';
import type { Tree } from '../tree.ts';

interface TextRule {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly message: string;
  readonly inTests: boolean;
}

const textRules: readonly TextRule[] = [
  {
    rule: 'leftover',
    pattern: /\b(?:TODO|FIXME|HACK|XXX)\b/,
    message: 'finish it, or record it where work is planned',
    inTests: true,
  },
  {
    rule: 'suppression',
    pattern: /(?:eslint|oxlint)-disable|@ts-ignore|@ts-nocheck|prettier-ignore|knip-ignore/,
    message: 'a finding is resolved, not silenced',
    inTests: true,
  },
  {
    rule: 'suppression',
    pattern: /@ts-expect-error/,
    message: 'only a test of types may expect an error',
    inTests: false,
  },
];

/** This folder names what it looks for. */
const ownFolder = 'tools/check/tidy/';

export function checkText(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!/\.(ts|tsx|js|mjs|sql|css|html|py|yaml|yml)$/.test(path)) continue;
    if (path.startsWith(ownFolder)) continue;
    for (const { rule, pattern, message, inTests } of textRules) {
      if (!pattern.test(text) || (isTest(path) && !inTests)) continue;
      for (const [index, line] of text.split('\n').entries()) {
        if (pattern.test(line)) findings.push({ path, line: index + 1, rule, message });
      }
    }
  }
  return findings;
}
