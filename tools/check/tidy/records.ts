import type { Finding } from '../finding.ts';
import { baseName } from '../tree.ts';
import type { Tree } from '../tree.ts';

const numberedFolders = [
  { folder: 'server/migrations/', ending: '.sql' },
  { folder: 'docs/decisions/', ending: '.md' },
];

/** Migrations and decision records are numbered from 0001 without a gap or a double. */
export function checkNumbering(tree: Tree): Finding[] {
  return numberedFolders.flatMap(({ folder, ending }) => {
    const paths = [...tree.keys()].filter((path) => path.startsWith(folder)).toSorted();
    const findings: Finding[] = [];
    let expected = 1;
    for (const path of paths) {
      const name = baseName(path);
      if (name === 'README.md') continue;
      const form = /^(\d{4})[_-][a-z0-9_-]+\.(?:sql|md)$/.exec(name);
      const number = Number(form?.[1]);
      if (form === null || !name.endsWith(ending)) {
        const message = `is not named like 0001_what_it_does${ending}`;
        findings.push({ path, line: 1, rule: 'numbering', message });
        continue;
      }
      if (number !== expected) {
        const message = `number ${String(expected).padStart(4, '0')} was expected here`;
        findings.push({ path, line: 1, rule: 'numbering', message });
      }
      expected = number + 1;
    }
    return findings;
  });
}

/** The lockfile pins contents, not the registry that happened to serve them. */
export function checkRegistry(tree: Tree): Finding[] {
  const path = 'package-lock.json';
  const findings: Finding[] = [];
  for (const [index, line] of (tree.get(path) ?? '').split('\n').entries()) {
    if (!/"resolved":\s*"https?:/.test(line)) continue;
    const message = 'names the host of a registry; install with omit-lockfile-registry-resolved';
    findings.push({ path, line: index + 1, rule: 'lockfile', message });
  }
  return findings;
}
