import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** The complete lines of a file, one by one; what comes after the last line's end is left out. */
export function* linesOf(file: string): Generator<string> {
  const fd = openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  try {
    let begun: Buffer[] = [];
    for (;;) {
      const size = readSync(fd, chunk);
      if (size === 0) return;
      let from = 0;
      for (;;) {
        const end = chunk.subarray(0, size).indexOf(NEWLINE, from);
        if (end < 0) break;
        begun.push(chunk.subarray(from, end));
        const line = Buffer.concat(begun).toString('utf8');
        if (line !== '') yield line;
        begun = [];
        from = end + 1;
      }
      // The chunk is written over by the next read, so what is left of it has to be copied.
      begun.push(Buffer.from(chunk.subarray(from, size)));
    }
  } finally {
    closeSync(fd);
  }
}
