import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Five that use up the 60 minutes of the free tier to the last, and one more. */
const RECORDINGS = [
  { name: 'monday.wav', minutes: 12 },
  { name: 'tuesday.wav', minutes: 18 },
  { name: 'wednesday.wav', minutes: 7 },
  { name: 'thursday.wav', minutes: 14 },
  { name: 'friday.wav', minutes: 9 },
  { name: 'saturday.wav', minutes: 11 },
];

/** Writes recordings for those who have none at hand, and answers their paths. */
export async function makeRecordings(folder: string): Promise<string[]> {
  return Promise.all(
    RECORDINGS.map(async ({ name, minutes }) => {
      const file = join(folder, name);
      await writeFile(file, wavOfSilence(minutes * 60));
      return file;
    }),
  );
}

/** Slow enough that an hour takes 3.6 MB. */
const SAMPLES_PER_SECOND = 1_000;
const HEADER_BYTES = 44;
const PCM = 1;
const MONO = 1;
const BITS_PER_SAMPLE = 8;
/** Samples of eight bits have no sign, so silence lies in the middle. */
const SILENCE = 128;

/** A valid WAV file: one channel of silence. */
export function wavOfSilence(seconds: number): Buffer {
  const samples = Math.round(seconds * SAMPLES_PER_SECOND);
  // Chunks begin at even places; the padding is no part of the samples.
  const wav = Buffer.alloc(HEADER_BYTES + samples + (samples % 2), SILENCE);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(PCM, 20);
  wav.writeUInt16LE(MONO, 22);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 24);
  wav.writeUInt32LE(SAMPLES_PER_SECOND, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(BITS_PER_SAMPLE, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples, 40);
  return wav;
}
