import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  fstatSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { collectionNamed, type Row } from './collection.ts';
import { lockFile } from './files/file-lock.ts';
import { linesOf } from './files/lines.ts';
import type { Change, Store } from './store.ts';

/** A row that was put and its place, or the id of one that was taken away. */
type Entry =
  | readonly [collection: string, row: Row, place: number]
  | readonly [collection: string, id: string];

/** Where deeds are written before they are answered. */
export interface Journal {
  /** Returns when the operating system has it: a killed sandbox loses nothing. */
  append(changes: readonly Change[]): void;
  close(): void;
}

/** A journal that keeps nothing, for a sandbox that lives in memory only. */
export const noJournal: Journal = { append: () => undefined, close: () => undefined };

/**
 * Opens a journal and restores the store from it. A last line that was cut off by the end of its
 * process had not been answered, and is dropped. The file is written anew on the way, so that it
 * holds what there is, and not all that ever was; until that is done, the old one stands.
 */
export function openJournal(file: string, store: Store): Journal {
  const unlock = lockFile(file);
  try {
    if (existsSync(file)) restore(file, store);
    compact(file, store);
    const fd = openSync(file, 'a');
    return {
      append(changes) {
        if (changes.length > 0) appendLine(fd, `${JSON.stringify(entriesOf(changes))}\n`);
      },
      close() {
        closeSync(fd);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The last state of each row that a deed changed. */
function entriesOf(changes: readonly Change[]): Entry[] {
  const last = new Map<string, Entry>();
  for (const { collection, id, after, place } of changes) {
    const { name } = collection;
    last.set(`${name} ${id}`, after === undefined ? [name, id] : [name, after, place!]);
  }
  return [...last.values()];
}

function restore(file: string, store: Store): void {
  let number = 0;
  for (const line of linesOf(file)) {
    number += 1;
    for (const [name, entry, place] of entriesIn(line, `${file}:${number}`)) {
      const isRemoval = typeof entry === 'string';
      const id = isRemoval ? entry : entry.id;
      store.apply(collectionNamed(name), id, isRemoval ? undefined : entry, place);
    }
  }
}

function entriesIn(line: string, where: string): Entry[] {
  try {
    return JSON.parse(line) as Entry[];
  } catch (cause) {
    throw new Error(`${where} is not a line of a journal; the file was changed or is damaged`, {
      cause,
    });
  }
}

const ROWS_A_LINE = 100;

function compact(file: string, store: Store): void {
  const next = `${file}.next`;
  const fd = openSync(next, 'w');
  let entries: Entry[] = [];
  const flush = (): void => {
    if (entries.length > 0) write(fd, `${JSON.stringify(entries)}\n`);
    entries = [];
  };
  for (const entry of store.everything()) {
    entries.push(entry);
    if (entries.length === ROWS_A_LINE) flush();
  }
  flush();
  fsyncSync(fd);
  closeSync(fd);
  renameSync(next, file);
}

/** Takes half a line back where the disk is full, so that the next one begins on its own. */
function appendLine(fd: number, line: string): void {
  const { size } = fstatSync(fd);
  try {
    write(fd, line);
  } catch (error) {
    ftruncateSync(fd, size);
    throw error;
  }
}

function write(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}
