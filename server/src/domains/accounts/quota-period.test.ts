import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { quotaPeriodAt, quotaPeriodsWithin } from './quota-period.ts';

const at = (text: string): number => Date.parse(text);
const shown = (anchorsMs: readonly number[], atMs: number): string => {
  const { startMs, endMs } = quotaPeriodAt(anchorsMs, atMs);
  return `${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()}`;
};

const anyInstant = fc.integer({ min: at('2023-01-01Z'), max: at('2029-01-01Z') });
const anyAnchors = fc
  .uniqueArray(anyInstant, { minLength: 1, maxLength: 4 })
  .map((anchors) => anchors.toSorted((a, b) => a - b));

describe('a quota period', () => {
  test('of an anchor on the 31st ends on the last day of shorter months, then on the 31st', () => {
    const anchors = [at('2027-01-31T10:00Z')];
    expect(shown(anchors, at('2027-02-10Z'))).toBe(
      '2027-01-31T10:00:00.000Z 2027-02-28T10:00:00.000Z',
    );
    expect(shown(anchors, at('2027-03-10Z'))).toBe(
      '2027-02-28T10:00:00.000Z 2027-03-31T10:00:00.000Z',
    );
    expect(shown(anchors, at('2027-04-30T10:00Z'))).toBe(
      '2027-04-30T10:00:00.000Z 2027-05-31T10:00:00.000Z',
    );
  });

  test('of an anchor on a leap day begins on the 28th of February in other years', () => {
    const anchors = [at('2028-02-29Z')];
    expect(shown(anchors, at('2029-02-28Z'))).toBe(
      '2029-02-28T00:00:00.000Z 2029-03-29T00:00:00.000Z',
    );
    expect(shown(anchors, at('2032-02-29Z'))).toBe(
      '2032-02-29T00:00:00.000Z 2032-03-29T00:00:00.000Z',
    );
  });

  test('contains its start and not its end', () => {
    const anchors = [at('2026-05-10T12:00Z')];
    const turn = at('2026-06-10T12:00Z');
    expect(quotaPeriodAt(anchors, turn - 1).endMs).toBe(turn);
    expect(quotaPeriodAt(anchors, turn).startMs).toBe(turn);
  });

  test('is cut where another anchor takes over, from which months are counted then', () => {
    const anchors = [at('2026-01-20Z'), at('2026-03-05Z')];
    expect(shown(anchors, at('2026-03-01Z'))).toBe(
      '2026-02-20T00:00:00.000Z 2026-03-05T00:00:00.000Z',
    );
    expect(shown(anchors, at('2026-03-06Z'))).toBe(
      '2026-03-05T00:00:00.000Z 2026-04-05T00:00:00.000Z',
    );
  });

  test('before the first anchor is a month counted back from it', () => {
    expect(shown([at('2026-03-31Z')], at('2026-02-28Z'))).toBe(
      '2026-02-28T00:00:00.000Z 2026-03-31T00:00:00.000Z',
    );
  });

  test('contains its instant and follows the one before it without gap or overlap', () => {
    fc.assert(
      fc.property(anyAnchors, anyInstant, (anchors, atMs) => {
        const period = quotaPeriodAt(anchors, atMs);
        expect(period.startMs).toBeLessThanOrEqual(atMs);
        expect(period.endMs).toBeGreaterThan(atMs);
        expect(quotaPeriodAt(anchors, period.startMs - 1).endMs).toBe(period.startMs);
        expect(quotaPeriodAt(anchors, period.endMs).startMs).toBe(period.endMs);
        expect(quotaPeriodAt(anchors, period.startMs)).toEqual(period);
        expect(quotaPeriodAt(anchors, period.endMs - 1)).toEqual(period);
      }),
    );
  });

  test('begins or ends at every anchor, and is never longer than a month', () => {
    fc.assert(
      fc.property(anyAnchors, anyInstant, (anchors, atMs) => {
        for (const anchor of anchors) expect(quotaPeriodAt(anchors, anchor).startMs).toBe(anchor);
        const { startMs, endMs } = quotaPeriodAt(anchors, atMs);
        expect(endMs - startMs).toBeLessThanOrEqual(31 * DAY_MS);
        const inside = anchors.filter((anchor) => anchor > startMs && anchor < endMs);
        expect(inside).toEqual([]);
      }),
    );
  });

  test('stays the same when an anchor is added after it', () => {
    fc.assert(
      fc.property(anyAnchors, anyInstant, fc.nat({ max: 90 }), (anchors, atMs, days) => {
        const before = quotaPeriodAt(anchors, atMs);
        const later = Math.max(before.endMs, anchors.at(-1)! + 1) + days * DAY_MS;
        expect(quotaPeriodAt([...anchors, later], atMs)).toEqual(before);
      }),
    );
  });
});

test('the periods within a span are all that contain one of its instants', () => {
  const anchors = [at('2026-01-31Z'), at('2026-04-10Z')];
  const span = { fromMs: at('2026-03-30Z'), toMs: at('2026-04-10Z') };
  expect(quotaPeriodsWithin(anchors, span)).toEqual([
    { startMs: at('2026-02-28Z'), endMs: at('2026-03-31Z') },
    { startMs: at('2026-03-31Z'), endMs: at('2026-04-10Z') },
    { startMs: at('2026-04-10Z'), endMs: addMonths(at('2026-04-10Z'), 1) },
  ]);
});
