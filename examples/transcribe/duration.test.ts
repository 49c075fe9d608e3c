import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMinutes } from './duration.ts';
import { wavOfSilence } from './make-recordings.ts';
import { flacHead, MP3_FRAME_SECONDS, mp3OfSilence } from './test/recordings.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durations-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function minutesOf(name: string, content: Buffer): Promise<number> {
  const file = join(folder, name);
  await writeFile(file, content);
  return readMinutes(file);
}

test.each([
  [420, 7],
  [600.3, 10.01],
  [600, 10],
  [599.999, 10],
  [0.6, 0.01],
  [0.001, 0.01],
])('a WAV of %d seconds is %d minutes: a begun hundredth counts', async (seconds, minutes) => {
  expect(await minutesOf(`${seconds}.wav`, wavOfSilence(seconds))).toBe(minutes);
});

test('an MP3 that states no length is counted, at one bit rate or changing ones', async () => {
  expect(2_500 * MP3_FRAME_SECONDS).toBe(90);
  const steady = mp3OfSilence([{ kilobits: 8, frames: 2_500 }]);
  expect(await minutesOf('steady.mp3', steady)).toBe(1.5);
  const changing = Array.from({ length: 2_500 }, (_, index) => ({
    kilobits: index % 3 === 0 ? (16 as const) : (8 as const),
    frames: 1,
  }));
  expect(await minutesOf('changing.mp3', mp3OfSilence(changing))).toBe(1.5);
});

test('a FLAC is as long as its head says', async () => {
  expect(await minutesOf('stereo.flac', flacHead(1_234))).toBe(20.57);
});

test.each([
  ['letter.mp3', Buffer.from('This is a letter and no recording.')],
  ['empty.wav', Buffer.alloc(0)],
  ['picture.png', Buffer.from('89504e470d0a1a0a', 'hex')],
])('%s is refused rather than taken for a recording of no length', async (name, content) => {
  await expect(minutesOf(name, content)).rejects.toThrow('cannot be read as a recording');
});
