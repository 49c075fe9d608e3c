import { domainOf } from '../boundaries/house.ts';
import type { Finding } from '../finding.ts';
import { folderName, isGenerated, isSource, isTest } from '../tree.ts';
import type { Tree } from '../tree.ts';

const maxLinesPerFile = 300;
const maxFilesPerFolder = 12;
const maxColumns = 100;

/** Names that say nothing about what is inside. */
const emptyNames = new Set(
  'util utils helper helpers manager managers common misc shared-stuff v2'.split(' '),
);

export function checkLayout(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const filesPerFolder = new Map<string, number>();
  for (const [path, text] of tree) {
    findings.push(...checkName(path));
    if (isGenerated(path)) continue;
    if (/\.(?:tsx?|css|py)$/.test(path)) findings.push(...checkLines(path, text));
    if (!isSource(path) || isTest(path)) continue;
    const folder = folderName(path);
    filesPerFolder.set(folder, (filesPerFolder.get(folder) ?? 0) + 1);
  }
  for (const [folder, count] of filesPerFolder) {
    if (count <= maxFilesPerFolder) continue;
    const message = `${count} source files in one folder; at most ${maxFilesPerFolder}`;
    findings.push({ path: folder, line: 1, rule: 'folder-size', message });
  }
  return [...findings, ...checkDomains(tree)];
}

function checkName(path: string): Finding[] {
  const words = path.split('/').flatMap((part) => [part, ...part.split(/[-._]/)]);
  const empty = words.find((word) => emptyNames.has(word.toLowerCase()));
  if (empty === undefined) return [];
  const message = `'${empty}' does not say what this is about`;
  return [{ path, line: 1, rule: 'name', message }];
}

function checkLines(path: string, text: string): Finding[] {
  const findings: Finding[] = [];
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > maxLinesPerFile && !isTest(path)) {
    const message = `${lines.length} lines; at most ${maxLinesPerFile}`;
    findings.push({ path, line: maxLinesPerFile + 1, rule: 'file-size', message });
  }
  for (const [index, line] of lines.entries()) {
    // An address cannot be broken, and a screen counts characters where a string counts units.
    if (line.length <= maxColumns || /https?:\/\//.test(line)) continue;
    const columns = Array.from(line).length;
    if (columns <= maxColumns) continue;
    const message = `${columns} columns; at most ${maxColumns}`;
    findings.push({ path, line: index + 1, rule: 'columns', message });
  }
  return findings;
}

/** A domain has a door and a page about its model. */
function checkDomains(tree: Tree): Finding[] {
  const findings: Finding[] = [];
  const domains = new Set<string>();
  for (const path of tree.keys()) {
    const domain = isSource(path) ? domainOf(path) : undefined;
    if (domain !== undefined) domains.add(domain);
  }
  for (const domain of domains) {
    for (const name of ['README.md', 'index.ts']) {
      const path = `server/src/domains/${domain}/${name}`;
      if (tree.has(path)) continue;
      findings.push({ path, line: 1, rule: 'domain-files', message: 'every domain has this file' });
    }
  }
  return findings;
}
