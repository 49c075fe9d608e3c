import { parseFile } from 'music-metadata';

/**
 * How long a recording really is, in minutes of two decimals: a begun hundredth counts. Where the
 * file does not state its length, its parts are counted.
 */
export async function readMinutes(file: string): Promise<number> {
  const seconds = await readSeconds(file);
  return Math.ceil(Math.round(seconds * 1_000) / 600) / 100;
}

async function readSeconds(file: string): Promise<number> {
  try {
    const { format } = await parseFile(file, { duration: true, skipCovers: true });
    if (format.duration !== undefined && Number.isFinite(format.duration)) return format.duration;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`it cannot be read as a recording (${reason})`, { cause });
  }
  throw new Error('it cannot be read as a recording: its length is not to be found');
}
