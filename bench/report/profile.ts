import { readFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { renderTable } from './table.ts';

const MOST_ROWS = 40;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The functions of a profile in which most time was spent; not in what they call. */
export async function renderProfile(file: string): Promise<string> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as Profiler.Profile;
  const nameOf = new Map(profile.nodes.map((node) => [node.id, describe(node.callFrame)]));
  const spent = new Map<string, number>();
  let total = 0;
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const name = nameOf.get(id) ?? '';
    const deltaMs = (profile.timeDeltas?.[at] ?? 0) / 1_000;
    if (name === '(idle)' || name.includes('node:inspector')) continue;
    total += deltaMs;
    spent.set(name, (spent.get(name) ?? 0) + deltaMs);
  }
  const most = [...spent].toSorted(([, a], [, b]) => b - a).slice(0, MOST_ROWS);
  return renderTable(
    ['function', 'ms', '%'],
    most.map(([name, ms]) => [name, ms.toFixed(0), ((ms / total) * 100).toFixed(1)]),
  );
}

function describe({ functionName, url, lineNumber }: CallFrame): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const path = url.startsWith('file:') ? relative(ROOT, fileURLToPath(url)) : url;
  return `${name}  ${path.replace('node_modules/', '')}:${lineNumber + 1}`;
}

type CallFrame = Profiler.Profile['nodes'][number]['callFrame'];
