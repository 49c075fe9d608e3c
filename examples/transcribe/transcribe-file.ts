import { basename } from 'node:path';
import { NotAllowedError } from '@whisperforge/sdk';
import type { Balance, CheckAnswer, WhisperForge } from '@whisperforge/sdk';
import { pretendToTranscribe, type Transcript } from './pretend-transcriber.ts';

/** What is sold here; `GET /v1/features` lists the others. */
export const FEATURE = 'audio_minutes';

export interface Recording {
  readonly file: string;
  readonly minutes: number;
}

/** The user may not, and what is known of why. */
export interface Refusal {
  readonly kind: 'refused';
  readonly reason: string;
  /** Slug of the cheapest plan that would allow it. */
  readonly upgrade: string | null;
  readonly limit: number | null;
  readonly remaining: number | null;
  /** ISO 8601 instant. */
  readonly resetsAt: string | null;
}

export interface Transcribed {
  readonly kind: 'transcribed';
  readonly transcript: Transcript;
  /** What was used and what is left, the recording included. */
  readonly balance: Balance;
}

/** Transcribes a recording if its user may: asks, holds the minutes, works, books what was used. */
export async function transcribeFile(
  billing: WhisperForge,
  job: { readonly user: string; readonly recording: Recording; readonly fail: boolean },
): Promise<Transcribed | Refusal> {
  const { user, recording, fail } = job;

  // Asking changes nothing. An app asks early, before it takes an upload or shows a button.
  const answer = await billing.check(user, FEATURE, { amount: recording.minutes });
  if (!answer.allowed) return refusalOf(answer);

  try {
    // From here on nobody else can have these minutes. They are booked when the work returns what
    // it has used, and given back when it throws.
    const { result, balance } = await billing.withReservation(
      user,
      FEATURE,
      recording.minutes,
      async ({ signal }) => {
        const transcript = await pretendToTranscribe(recording, { fail, signal });
        return {
          amount: transcript.minutes,
          model: transcript.model,
          provider: transcript.provider,
          tokensIn: transcript.tokensIn,
          tokensOut: transcript.tokensOut,
          costCents: transcript.costCents,
          metadata: { file: basename(recording.file) },
          result: transcript,
        };
      },
    );
    return { kind: 'transcribed', transcript: result, balance };
  } catch (error) {
    // Somebody else took the minutes after the question was answered.
    if (!(error instanceof NotAllowedError)) throw error;
    const { reason, upgrade, balance } = error;
    const { limit = null, remaining = null, periodEnd: resetsAt = null } = balance ?? {};
    return { kind: 'refused', reason, upgrade, limit, remaining, resetsAt };
  }
}

function refusalOf(answer: CheckAnswer): Refusal {
  const { reason, upgrade = null, limit = null, remaining = null, resetsAt = null } = answer;
  return { kind: 'refused', reason, upgrade, limit, remaining, resetsAt };
}
