import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CheckpointLog } from './record.ts';

/** Lines in a file that is only ever appended to, and on disk before anybody relies on it. */
export function openCheckpointFile(path: string): CheckpointLog {
  let known: { readonly state: string; readonly lines: readonly string[] } | undefined;
  return {
    name: path,
    async readLines() {
      const state = await stateOf(path);
      if (known?.state !== state) {
        const text = state === MISSING ? '' : await readFile(path, 'utf8');
        known = { state, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') };
      }
      return known.lines;
    },
    async append(line) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const isCutOff = await endsWithoutNewline(path);
      await using file = await open(path, 'a', 0o600);
      await file.appendFile(`${isCutOff ? '\n' : ''}${line}\n`);
      await file.sync();
    },
  };
}

const MISSING = 'missing';

/** Another one after every change. */
async function stateOf(path: string): Promise<string> {
  try {
    const { ino, size, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${ctimeNs}`;
  } catch (fault) {
    if (isMissing(fault)) return MISSING;
    throw fault;
  }
}

/** As a crash leaves it: the next line must not be glued to half of one. */
async function endsWithoutNewline(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r');
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } catch (fault) {
    if (isMissing(fault)) return false;
    throw fault;
  }
}

function isMissing(fault: unknown): boolean {
  return fault instanceof Error && 'code' in fault && fault.code === 'ENOENT';
}
