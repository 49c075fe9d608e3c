import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { AppError, type ErrorCode } from '../../../platform/errors.ts';

/** Why a file cannot be read as a table. */
export const FILE_UNREADABLE: ErrorCode = { code: 'file_unreadable', kind: 'malformed' };

/** A table in a file, whose lines are read once and one after the other. */
export interface CsvFile {
  /** SHA-256 of the content. */
  readonly digest: string;
  readonly header: readonly string[];
  readonly lines: AsyncIterable<CsvLine>;
}

export interface CsvLine {
  /** As an editor numbers it; of a line with breaks in its cells, the last. */
  readonly number: number;
  readonly cells: Readonly<Record<string, string | undefined>>;
}

export interface CsvOptions {
  /** By its label in the Encoding Standard; by the byte order mark, or else UTF-8, if not given. */
  readonly encoding?: string | undefined;
  /** What stands between cells; the one that the first line has most of, if not given. */
  readonly delimiter?: string | undefined;
}

/** @throws FILE_UNREADABLE where there is none, where it has no header, or it is no such text */
export async function openCsv(path: string, options: CsvOptions = {}): Promise<CsvFile> {
  const start = await firstBytes(path);
  const encoding = options.encoding ?? encodingOf(start);
  // Only a glance: what is wrong with the text is told where it is read.
  const glance = decoder(encoding, { fatal: false }).decode(start);
  const firstLine = glance.split(/\r\n|\r|\n/)[0] ?? '';
  const delimiter = options.delimiter ?? delimiterOf(firstLine);
  const rows = rowsOf(path, { encoding, delimiter });
  const first = await rows.next();
  const header = first.done === true ? [] : first.value.cells.map((cell) => cell.trim());
  if (header.length === 0) throw unreadable('The file is empty.');
  return { digest: await digestOf(path), header, lines: linesOf(rows, header) };
}

interface Row {
  readonly number: number;
  readonly cells: readonly string[];
}

async function* linesOf(
  rows: AsyncGenerator<Row>,
  header: readonly string[],
): AsyncGenerator<CsvLine> {
  for await (const { number, cells } of rows) {
    yield { number, cells: Object.fromEntries(header.map((name, at) => [name, cells[at]])) };
  }
}

async function* rowsOf(
  path: string,
  { encoding, delimiter }: { readonly encoding: string; readonly delimiter: string },
): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_CHARACTERS_A_LINE,
  });
  const decode = decoder(encoding, { fatal: true });
  const read = pipeline(
    createReadStream(path),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) yield decode.decode(chunk, { stream: true });
      yield decode.decode();
    },
    parser,
  );
  // Whoever reads the parser hears of the same fault.
  read.catch(() => undefined);
  try {
    for await (const parsed of parser as AsyncIterable<ParsedRow>) {
      yield { number: parsed.info.lines, cells: parsed.record };
    }
    await read;
  } catch (error) {
    throw faultOf(error, encoding);
  }
}

interface ParsedRow {
  readonly info: { readonly lines: number };
  readonly record: readonly string[];
}

const MOST_CHARACTERS_A_LINE = 1_000_000;

function faultOf(error: unknown, encoding: string): unknown {
  if (error instanceof CsvError) return unreadable(`The file is not CSV: ${error.message}.`, error);
  if (error instanceof TypeError && 'code' in error && error.code === NOT_ENCODED_SO) {
    return unreadable(`The file is not ${encoding}; name its encoding, such as latin1.`, error);
  }
  return isFault(error) ? unreadable(`The file cannot be read: ${error.code}.`, error) : error;
}

const NOT_ENCODED_SO = 'ERR_ENCODING_INVALID_ENCODED_DATA';

function isFault(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unreadable(message: string, cause?: unknown): AppError {
  return new AppError(FILE_UNREADABLE, { message }, cause);
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(65_536), position: 0 });
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw faultOf(error, '');
  }
}

function encodingOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

function decoder(encoding: string, options: TextDecoderOptions): TextDecoder {
  try {
    return new TextDecoder(encoding, options);
  } catch (error) {
    throw unreadable(`There is no encoding "${encoding}".`, error);
  }
}

function delimiterOf(line: string): string {
  const count = (delimiter: string): number => line.split(delimiter).length;
  return [',', ';', '\t', '|'].toSorted((first, second) => count(second) - count(first))[0]!;
}

async function digestOf(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}
