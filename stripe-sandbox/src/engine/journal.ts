import { existsSync } from 'node:fs';
import { collectionNamed, type Row } from './collection.ts';
import { lockFile } from './files/file-lock.ts';
import type { LineFile } from './files/line-file.ts';
import { linesOf, NO_LINES, readChecked } from './files/lines.ts';
import { Rewriting, writeAnew } from './files/rewriting.ts';
import type { Change, Store } from './store.ts';

/** A row that was put and its place, or the id of one that was taken away. */
type Entry =
  | readonly [collection: string, row: Row, place: number]
  | readonly [collection: string, id: string];

/** Where deeds are written before they are answered. */
export interface Journal {
  /** Returns when the operating system has it: a killed sandbox loses nothing. Throws else. */
  append(changes: readonly Change[]): void;
  close(): void;
}

export interface JournalOptions {
  /** Below this, the file is not written anew while it grows. */
  readonly compactAboveBytes?: number;
  /** Hears why the file could not be written anew. */
  readonly onFault?: (error: unknown) => void;
}

/** A journal that keeps nothing, for a sandbox that lives in memory only. */
export const noJournal: Journal = { append: () => undefined, close: () => undefined };

/**
 * Opens a journal and restores the store from it. A last line that was cut off by the end of its
 * process had not been answered, and is dropped. The file is written anew on the way, so that it
 * holds what there is, and not all that ever was; until that is done, the old one stands.
 */
export function openJournal(file: string, store: Store, options: JournalOptions = {}): Journal {
  const unlock = lockFile(file);
  try {
    if (existsSync(file)) restore(file, store);
    const journal = new FileJournal({ ...options, file, store });
    return {
      append: (changes) => journal.append(changes),
      close() {
        journal.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

const USUAL_COMPACT_ABOVE_BYTES = 8 * 1024 * 1024;
/** Written anew when it has grown to so many times what it was then. */
const GROWTH = 2;

interface FileOptions extends JournalOptions {
  readonly file: string;
  readonly store: Store;
}

/** The file of a journal, which is written anew when it has grown. */
class FileJournal {
  readonly #options: FileOptions;
  #lines: LineFile;
  #mostBytes = 0;
  #rewriting: Rewriting | undefined;

  constructor(options: FileOptions) {
    this.#options = options;
    this.#lines = writeAnew(options.file, rowsOf(options.store));
    this.#bound();
  }

  append(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    const line = JSON.stringify(entriesOf(changes));
    this.#add(line);
    this.#rewriting?.append(line);
    if (this.#rewriting === undefined && this.#lines.size > this.#mostBytes) this.#rewrite();
  }

  close(): void {
    this.#rewriting?.abandon();
    this.#lines.close();
  }

  #add(line: string): void {
    try {
      this.#lines.append(line);
    } catch (error) {
      if (this.#rewriting === undefined) throw error;
      // The new file may be what the disk is full of.
      this.#rewriting.abandon();
      this.#rewriting = undefined;
      this.#bound();
      this.#lines.append(line);
    }
  }

  #bound(): void {
    const { compactAboveBytes: least = USUAL_COMPACT_ABOVE_BYTES } = this.#options;
    this.#mostBytes = Math.max(least, GROWTH * this.#lines.size);
  }

  #rewrite(): void {
    const { file, store, onFault } = this.#options;
    const onOver = (made: LineFile | undefined, error?: unknown): void => {
      this.#rewriting = undefined;
      if (made === undefined) onFault?.(error);
      else {
        this.#lines.close();
        this.#lines = made;
      }
      this.#bound();
    };
    try {
      this.#rewriting = new Rewriting({ file, lines: rowsOf(store), onOver });
    } catch (error) {
      onOver(undefined, error);
    }
  }
}

/** Few enough that nobody waits while they are written. */
const ROWS_A_LINE = 50;

function* rowsOf(store: Store): Generator<string> {
  for (const rows of store.everything(ROWS_A_LINE)) yield JSON.stringify(rows);
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
  let checksum = NO_LINES;
  for (const line of linesOf(file)) {
    number += 1;
    const read = readChecked(line, checksum);
    if (read === undefined) {
      throw new Error(
        `${file}:${number} is not as the sandbox wrote it: the file was changed or is damaged.`,
      );
    }
    checksum = read.checksum;
    for (const [name, entry, place] of JSON.parse(read.text) as Entry[]) {
      const isRemoval = typeof entry === 'string';
      const id = isRemoval ? entry : entry.id;
      store.apply(collectionNamed(name), id, isRemoval ? undefined : entry, place);
    }
  }
}
