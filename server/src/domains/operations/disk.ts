import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A file that grows, and how much room there is for it. */
export interface GrowingFile {
  readonly path: string;
  /** `null` where it is not there yet. */
  readonly sizeBytes: number | null;
  readonly writtenMs: number | null;
  readonly freeBytes: number | null;
  readonly diskBytes: number | null;
}

/** What is not there, or may not be looked at by this process, is not known. */
export async function readGrowingFile(path: string): Promise<GrowingFile> {
  const [file, disk] = await Promise.allSettled([stat(path), statfs(dirname(path))]);
  const isThere = file.status === 'fulfilled';
  const isKnown = disk.status === 'fulfilled';
  return {
    path,
    sizeBytes: isThere ? file.value.size : null,
    writtenMs: isThere ? Math.floor(file.value.mtimeMs) : null,
    freeBytes: isKnown ? disk.value.bavail * disk.value.bsize : null,
    diskBytes: isKnown ? disk.value.blocks * disk.value.bsize : null,
  };
}
