import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnavailableError, WhisperForgeError } from '../errors.ts';
import { backoffMs, decideWaitMs, parseRetryAfterMs } from './retry.ts';

const backoff = { baseMs: 100, capMs: 2_000 };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffMs', () => {
  it('doubles its bound with each failure up to the cap', () => {
    const bounds = [1, 2, 3, 4, 5, 6, 60, 10_000].map((n) => backoffMs(n, () => 1, backoff));
    expect(bounds).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000]);
  });

  it('lies anywhere between nothing and its bound', () => {
    expect(backoffMs(3, () => 0, backoff)).toBe(0);
    expect(backoffMs(3, () => 0.5, backoff)).toBe(200);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), chance, (failures, random) => {
        const waitMs = backoffMs(failures, () => random, backoff);
        return waitMs >= 0 && waitMs <= Math.min(2_000, 100 * 2 ** (failures - 1));
      }),
    );
  });
});

describe('parseRetryAfterMs', () => {
  const nowMs = Date.UTC(2026, 0, 31, 12);

  it.each([
    ['3', 3_000],
    [' 0 ', 0],
    ['Sat, 31 Jan 2026 12:00:07 GMT', 7_000],
    ['Sat, 31 Jan 2026 11:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [null, undefined],
  ])('reads %j as %j', (header, expected) => {
    expect(parseRetryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe('decideWaitMs', () => {
  function unavailable(status?: number, retryAfterMs?: number): UnavailableError {
    return new UnavailableError('away', { code: 'away', status, retryAfterMs });
  }
  const facts = { failures: 1, retries: 3, remainingMs: 15_000, random: () => 0.5 };

  it.each([undefined, 429, 502, 503, 504])('tries again after status %j', (status) => {
    expect(decideWaitMs({ ...facts, error: unavailable(status) })).toBe(50);
  });

  it.each([400, 401, 403, 404, 409, 422])('does not repeat what was refused with %j', (status) => {
    const error = new WhisperForgeError('no', { code: 'no', status });
    expect(decideWaitMs({ ...facts, error })).toBeUndefined();
  });

  it('does not repeat a request on which the service broke', () => {
    expect(decideWaitMs({ ...facts, error: unavailable(500) })).toBeUndefined();
  });

  it('waits for a try that is still at work beyond the retries, but not without any', () => {
    const details = { code: 'idempotency_key_in_flight', status: 409, retryAfterMs: 1_000 };
    const error = new UnavailableError('under way', details);
    expect(decideWaitMs({ ...facts, error, failures: 9 })).toBe(2_000);
    expect(decideWaitMs({ ...facts, error, failures: 9, remainingMs: 2_000 })).toBeUndefined();
    expect(decideWaitMs({ ...facts, error, retries: 0 })).toBeUndefined();
  });

  it('gives up after the retries', () => {
    expect(decideWaitMs({ ...facts, error: unavailable(), failures: 3 })).toBeDefined();
    expect(decideWaitMs({ ...facts, error: unavailable(), failures: 4 })).toBeUndefined();
    expect(decideWaitMs({ ...facts, error: unavailable(), retries: 0 })).toBeUndefined();
  });

  it('never waits shorter than Retry-After, and never longer than the call may last', () => {
    const times = fc.nat({ max: 20_000 });
    fc.assert(
      fc.property(times, times, chance, (retryAfterMs, remainingMs, random) => {
        const error = unavailable(503, retryAfterMs);
        const waitMs = decideWaitMs({ ...facts, error, remainingMs, random: () => random });
        if (waitMs === undefined) return retryAfterMs + 100 >= remainingMs;
        return waitMs >= retryAfterMs && waitMs < remainingMs;
      }),
    );
  });
});
