import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** What a provider of AI would report of its work. */
export interface Transcript {
  readonly text: string;
  /** Minutes that were really transcribed. */
  readonly minutes: number;
  readonly model: string;
  readonly provider: string;
  readonly tokensIn: number;
  readonly tokensOut: number;
  /** A decimal string, because a call costs fractions of a cent. */
  readonly costCents: string;
}

const TOKENS_IN_PER_MINUTE = 600;
const TOKENS_OUT_PER_MINUTE = 200;
const MILLICENTS_PER_MINUTE = 600;
const WORK_MS_PER_MINUTE = 10;

/**
 * Stands where a call to a provider of AI would stand. It listens to nothing and needs no network;
 * the same recording always gives the same figures. With `fail` it breaks down like a provider.
 */
export async function pretendToTranscribe(
  recording: { readonly file: string; readonly minutes: number },
  options: { readonly fail: boolean; readonly signal: AbortSignal },
): Promise<Transcript> {
  const { file, minutes } = recording;
  await wait(minutes * WORK_MS_PER_MINUTE, undefined, { signal: options.signal });
  if (options.fail) throw new Error('the stand-in was told to fail');
  return {
    text: `(Here the words of ${basename(file)} would stand.)`,
    minutes,
    model: 'pretend-transcriber',
    provider: 'stand-in',
    tokensIn: Math.round(minutes * TOKENS_IN_PER_MINUTE),
    tokensOut: Math.round(minutes * TOKENS_OUT_PER_MINUTE),
    costCents: (Math.round(minutes * MILLICENTS_PER_MINUTE) / 1_000).toFixed(3),
  };
}
