import { closeSync, fsync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { checkedLine, NO_LINES } from './lines.ts';

/** A new file that lines are added to; each line is in it as a whole or not at all. */
export class LineFile {
  readonly #fd: number;
  #size = 0;
  #checksum = NO_LINES;
  #isCutOff = false;
  #isSyncing = false;
  #isClosed = false;

  constructor(path: string) {
    this.#fd = openSync(path, 'w');
  }

  /** In bytes. */
  get size(): number {
    return this.#size;
  }

  /** Returns when the operating system has the line; throws where it does not take it. */
  append(text: string): void {
    if (this.#isCutOff) this.#takeBack();
    const { bytes, checksum } = checkedLine(text, this.#checksum);
    try {
      for (let at = 0; at < bytes.length;) {
        at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#size + at);
      }
    } catch (error) {
      this.#isCutOff = true;
      this.#takeBack();
      throw error;
    }
    this.#size += bytes.length;
    this.#checksum = checksum;
  }

  /** Returns when the disk has it. */
  syncNow(): void {
    fsyncSync(this.#fd);
  }

  /** Tells when the disk has it, while others go on. */
  sync(onDone: (error: Error | null) => void): void {
    this.#isSyncing = true;
    fsync(this.#fd, (error) => {
      this.#isSyncing = false;
      if (this.#isClosed) closeSync(this.#fd);
      else onDone(error);
    });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#isSyncing) closeSync(this.#fd);
  }

  /** Half a line would spoil the next one; until it is gone, nothing can be added. */
  #takeBack(): void {
    ftruncateSync(this.#fd, this.#size);
    this.#isCutOff = false;
  }
}
