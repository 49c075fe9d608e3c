import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 10;

/** The complete lines of a file, one by one; what comes after the last line's end is left out. */
export function* linesOf(file: string): Generator<Buffer> {
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
        yield Buffer.concat(begun);
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

/** The checksum that is before a file's first line. */
export const NO_LINES = 0;

const DIGITS = 8;

/**
 * A line as it is written: a checksum of it and of all lines before it, and its text. So it is
 * seen where a line was altered, lost, or put elsewhere.
 */
export function checkedLine(
  text: string,
  before: number,
): { readonly bytes: Buffer; readonly checksum: number } {
  const body = Buffer.from(text);
  const checksum = crc32(body, before);
  const bytes = Buffer.concat([Buffer.from(`${digitsOf(checksum)} `), body, Buffer.of(NEWLINE)]);
  return { bytes, checksum };
}

/** The text of a line that was read; nothing where another was written behind those before. */
export function readChecked(
  line: Buffer,
  before: number,
): { readonly text: string; readonly checksum: number } | undefined {
  const body = line.subarray(DIGITS + 1);
  const checksum = crc32(body, before);
  const isWhole = line.toString('latin1', 0, DIGITS + 1) === `${digitsOf(checksum)} `;
  return isWhole ? { text: body.toString('utf8'), checksum } : undefined;
}

function digitsOf(checksum: number): string {
  return checksum.toString(16).padStart(DIGITS, '0');
}
