import { renameSync, rmSync } from 'node:fs';
import { LineFile } from './line-file.ts';

export interface RewritingOptions {
  readonly file: string;
  /** All that is to be in the new file, a line at a time, as it is when it is asked for. */
  readonly lines: Iterator<string>;
  /** Hears of the new file, which has taken the place of the old one, or why there is none. */
  readonly onOver: (made: LineFile | undefined, error?: unknown) => void;
}

const nameOfNext = (file: string): string => `${file}.next`;

/** Writes a file anew at once; until it is whole, the old one stands. */
export function writeAnew(file: string, lines: Iterable<string>): LineFile {
  const next = nameOfNext(file);
  const made = new LineFile(next);
  try {
    for (const line of lines) made.append(line);
    made.syncNow();
    renameSync(next, file);
    return made;
  } catch (error) {
    made.close();
    rmSync(next, { force: true });
    throw error;
  }
}

/**
 * Writes a file anew, a little at a time, while more is added to the old one. What is added goes
 * to both: read in order, the new one ends with the last state of everything, as the old one does.
 */
export class Rewriting {
  readonly #options: RewritingOptions;
  readonly #next: string;
  readonly #made: LineFile;
  #isOver = false;

  constructor(options: RewritingOptions) {
    this.#options = options;
    this.#next = nameOfNext(options.file);
    this.#made = new LineFile(this.#next);
    setImmediate(() => this.#step());
  }

  /** Adds what was added to the old file meanwhile. */
  append(line: string): void {
    this.#try(() => this.#made.append(line));
  }

  /** Leaves the old file as the one that counts. */
  abandon(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#made.close();
    rmSync(this.#next, { force: true });
  }

  #step(): void {
    if (this.#isOver) return;
    this.#try(() => {
      const next = this.#options.lines.next();
      if (next.done === true) return this.#made.sync((error) => this.#finish(error));
      this.#made.append(next.value);
      setImmediate(() => this.#step());
    });
  }

  #finish(error: Error | null): void {
    this.#try(() => {
      if (error !== null) throw error;
      renameSync(this.#next, this.#options.file);
      this.#isOver = true;
      this.#options.onOver(this.#made);
    });
  }

  /** A new file that cannot be written harms nobody: the old one has everything. */
  #try(work: () => void): void {
    if (this.#isOver) return;
    try {
      work();
    } catch (error) {
      this.abandon();
      this.#options.onOver(undefined, error);
    }
  }
}
