/* Valid files of other kinds than the app makes itself, built from their specifications. */

/** MPEG-2 Layer III, mono, 16 kHz: a frame of silence is 36 ms at each of these rates. */
export const MP3_FRAME_SECONDS = 576 / 16_000;
const MP3_FRAMES = { 8: { code: 0x18, bytes: 36 }, 16: { code: 0x28, bytes: 72 } } as const;

/** An MP3 without any header that tells its length: the frames have to be counted. */
export function mp3OfSilence(parts: readonly { kilobits: 8 | 16; frames: number }[]): Buffer {
  const chunks = parts.flatMap(({ kilobits, frames }) => {
    const { code, bytes } = MP3_FRAMES[kilobits];
    const frame = Buffer.alloc(bytes);
    frame.set([0xff, 0xf3, code, 0xc4]);
    return Array.from({ length: frames }, () => frame);
  });
  return Buffer.concat(chunks);
}

/** The head of a FLAC file, which states the length; what follows is not looked at. */
export function flacHead(seconds: number): Buffer {
  const samplesPerSecond = 44_100n;
  const stereo = 2n;
  const bitsPerSample = 16n;
  const samples = BigInt(seconds) * samplesPerSecond;
  const head = Buffer.alloc(42);
  head.write('fLaC', 0);
  head.writeUInt32BE(0x80_00_00_22, 4);
  head.writeUInt16BE(4_096, 8);
  head.writeUInt16BE(4_096, 10);
  const format = (samplesPerSecond << 44n) | ((stereo - 1n) << 41n) | ((bitsPerSample - 1n) << 36n);
  head.writeBigUInt64BE(format | samples, 18);
  return head;
}
