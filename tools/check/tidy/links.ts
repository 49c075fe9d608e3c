import { posix } from 'node:path';
import type { Finding } from '../finding.ts';
import type { Tree } from '../tree.ts';

/** Every relative link of every page leads to a file, and its anchor to a heading. */
export function checkLinks(tree: Tree): Finding[] {
  const folders = foldersOf(tree);
  const findings: Finding[] = [];
  for (const [path, text] of tree) {
    if (!path.endsWith('.md')) continue;
    for (const { target, line } of linksIn(text)) {
      const message = faultOf(path, target, tree, folders);
      if (message !== undefined) findings.push({ path, line, rule: 'link', message });
    }
  }
  return findings;
}

function foldersOf(tree: Tree): Set<string> {
  const folders = new Set<string>(['.']);
  for (const path of tree.keys()) {
    for (let folder = posix.dirname(path); folder !== '.'; folder = posix.dirname(folder)) {
      folders.add(folder);
    }
  }
  return folders;
}

interface Link {
  readonly target: string;
  readonly line: number;
}

function linksIn(text: string): Link[] {
  const links: Link[] = [];
  for (const [index, line] of blankCode(text).split('\n').entries()) {
    const inline = line.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
    const defined = line.matchAll(/^\s*\[[^\]]+\]:\s*<?(\S+?)>?(?:\s|$)/g);
    for (const match of [...inline, ...defined]) {
      links.push({ target: match[1] ?? '', line: index + 1 });
    }
  }
  return links;
}

/** Code shows links without being one. */
function blankCode(text: string): string {
  return text
    .replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, (block) => block.replaceAll(/[^\n]/g, ' '))
    .replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length));
}

function faultOf(
  path: string,
  target: string,
  tree: Tree,
  folders: ReadonlySet<string>,
): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return undefined;
  const [file = '', anchor] = target.split('#');
  if (file.startsWith('/')) return `${target} is not relative to this page`;
  const goal = file === '' ? path : posix.join(posix.dirname(path), decodeURIComponent(file));
  const clean = goal.replace(/\/$/, '') || '.';
  const text = tree.get(clean);
  if (text === undefined) {
    const known = folders.has(clean) || pathsWithoutText.test(clean);
    return known ? undefined : `${target} leads to no file`;
  }
  const isPage = clean.endsWith('.md') && anchor !== undefined && anchor !== '';
  if (!isPage || anchorsOf(text).has(anchor)) return undefined;
  return `${clean} has no heading for #${anchor}`;
}

/** Files that the tree does not read, because they are no text or have no ending. */
const pathsWithoutText = /(?:^|\/)(?:LICENSE|\.[a-z.]+|\.ci\/\w+)$|\.(?:png|svg|jpe?g|ico)$/;

function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const match of blankFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)) {
    const plain = (match[1] ?? '').replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
    const count = counts.get(slug) ?? 0;
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
    counts.set(slug, count + 1);
  }
  return anchors;
}

function blankFences(text: string): string {
  return text.replaceAll(/^(`{3,}|~{3,})[\s\S]*?^\1/gm, '');
}
