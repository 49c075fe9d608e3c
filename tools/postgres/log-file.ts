import { copyFile, stat, truncate } from 'node:fs/promises';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';

const LARGEST_BYTES = 16 * 1024 * 1024;
const CHECK_EVERY_MS = 60_000;

/** Opens the log for appending; Postgres writes to it itself, and so goes on when we are gone. */
export function openLog<T>(file: string, use: (descriptor: number, sizeBytes: number) => T): T {
  const descriptor = openSync(file, 'a', 0o600);
  try {
    return use(descriptor, statSync(file).size);
  } finally {
    closeSync(descriptor);
  }
}

/** The last of what was logged since the file had this size, for an error message. */
export function readLogSince(file: string, sizeBytes: number): string {
  const lines = readFileSync(file).subarray(sizeBytes).toString().trim().split('\n');
  return lines.slice(-12).join('\n');
}

/** Keeps the log to two files of limited size for as long as the process runs. */
export function limitLog(file: string, onFault: (error: unknown) => void): { stop(): void } {
  const check = (): void => void rotateWhenLarge(file).catch(onFault);
  check();
  const timer = setInterval(check, CHECK_EVERY_MS).unref();
  return { stop: () => clearInterval(timer) };
}

async function rotateWhenLarge(file: string): Promise<void> {
  if ((await stat(file)).size < LARGEST_BYTES) return;
  // Postgres keeps the file open for appending, so it is emptied and not renamed.
  await copyFile(file, `${file}.1`);
  await truncate(file);
}
