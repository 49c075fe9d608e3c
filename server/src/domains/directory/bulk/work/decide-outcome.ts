// pure
import { AppError } from '../../../../platform/errors.ts';
import type { BulkOutcome, BulkTarget } from '../bulk-deed.ts';

const MOST_ATTEMPTS = 10;

export function doneWith(resultId: number | null): BulkOutcome {
  return { state: 'done', code: null, detail: null, resultId };
}

/** What may go better in a while is tried again; what was answered stays. */
export function outcomeOf(error: unknown, { attempts }: BulkTarget): BulkOutcome {
  const isLast = attempts >= MOST_ATTEMPTS;
  if (!(error instanceof AppError)) {
    if (!isLast) throw error;
    const detail = 'It failed again and again; see the log.';
    return { state: 'refused', code: 'failed', detail, resultId: null };
  }
  const { code, kind, details } = error;
  const mayPass = kind === 'unavailable' || code === 'stale_version';
  const state = mayPass && !isLast ? 'waiting' : 'refused';
  return { state, code, detail: details.message, resultId: null };
}
