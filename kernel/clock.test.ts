import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatInstant,
  manualClock,
  parseInstant,
  parsePostgresInstant,
  systemClock,
} from './clock.ts';

const FROM_MS = Date.UTC(1900, 0, 1);
const TO_MS = Date.UTC(2201, 0, 1) - 1;
const instants = fc.integer({ min: FROM_MS, max: TO_MS });

describe('the manual clock', () => {
  test('stands still until it is moved, and never runs backwards', () => {
    const clock = manualClock(1_000);
    expect(clock.nowMs()).toBe(1_000);
    clock.advanceBy(5);
    clock.advanceTo(1_005);
    expect(clock.nowMs()).toBe(1_005);
    expect(() => clock.advanceTo(1_004)).toThrow(/cannot go back/);
    expect(() => clock.advanceBy(-1)).toThrow(/cannot go back/);
    expect(() => clock.advanceTo(Number.NaN)).toThrow(RangeError);
    expect(clock.nowMs()).toBe(1_005);
  });
});

test('the system clock tells the machine time in milliseconds', () => {
  const before = Date.now();
  const now = systemClock.nowMs();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

describe('instants as text', () => {
  test('every instant from 1900 to 2200 reads back as itself', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        expect(parseInstant(formatInstant(ms))).toBe(ms);
      }),
      { numRuns: 2_000 },
    );
    for (const ms of [FROM_MS, TO_MS, -1, 0, 1]) expect(parseInstant(formatInstant(ms))).toBe(ms);
  });

  test('an offset is taken off, whatever the instant', () => {
    const offsets = fc.integer({ min: -18 * 60, max: 18 * 60 });
    fc.assert(
      fc.property(instants, offsets, (ms, offsetMinutes) => {
        const local = formatInstant(ms + offsetMinutes * 60_000).slice(0, -1);
        fc.pre(local >= '1900');
        const magnitude = Math.abs(offsetMinutes);
        const hours = String(Math.floor(magnitude / 60)).padStart(2, '0');
        const minutes = String(magnitude % 60).padStart(2, '0');
        const sign = offsetMinutes < 0 ? '-' : '+';
        expect(parseInstant(`${local}${sign}${hours}:${minutes}`)).toBe(ms);
      }),
    );
  });

  test.each([
    ['2026-03-01T09:30:00+01:00', '2026-03-01T08:30:00.000Z'],
    ['2026-03-01t09:30:00z', '2026-03-01T09:30:00.000Z'],
    ['2026-03-01 08:30:00.123+00', '2026-03-01T08:30:00.123Z'],
    ['2026-03-01T08:30:00.1239Z', '2026-03-01T08:30:00.123Z'],
    ['1969-12-31T23:59:59.9999Z', '1969-12-31T23:59:59.999Z'],
    ['2026-01-01T00:30:00+05:30', '2025-12-31T19:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(formatInstant(parseInstant(text)!)).toBe(instant);
  });

  test('dates and times that do not exist are refused', () => {
    const dates = ['2026-02-29', '2100-02-29', '2026-04-31', '2026-13-01', '2026-00-01'];
    for (const date of [...dates, '2026-01-00', '2026-01-32', '1899-12-31', '0026-01-01']) {
      expect(parseInstant(`${date}T00:00:00Z`)).toBeUndefined();
    }
    for (const time of ['24:00:00', '12:60:00', '12:00:60', '12:00']) {
      expect(parseInstant(`2026-01-01T${time}Z`)).toBeUndefined();
    }
  });

  test('a time without a zone, and what is no instant, are refused', () => {
    const refused = ['', 'now', '2026-01-01', '2026-01-01T00:00:00', '1767225600', 'infinity'];
    const odd = ['2026-01-01T00:00:00+19:00', '2026-01-01T00:00:00+01:60', ' 2026-01-01T00:00:00Z'];
    // The year 10000 by the zone alone.
    odd.push('9999-12-31T23:59:59-14:00');
    for (const text of [...refused, ...odd, '+012026-01-01T00:00:00Z', '2026-01-01T00:00:00Z\n']) {
      expect(parseInstant(text)).toBeUndefined();
    }
  });
});

describe('instants as Postgres prints them', () => {
  test('every instant from 1900 to 2200, with as many decimals as it needs', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 999 }), (ms, micros) => {
        const [day, time] = formatInstant(ms).slice(0, -1).split('T');
        const decimals = `${time!.slice(9)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '');
        const printed = `${day} ${time!.slice(0, 8)}${decimals && `.${decimals}`}+00`;
        expect(parsePostgresInstant(printed)).toBe(ms);
      }),
      { numRuns: 1_000 },
    );
  });

  test('another zone is understood, and what is no instant of our time is refused', () => {
    expect(parsePostgresInstant('2026-01-01 00:30:00+05:30')).toBe(Date.UTC(2025, 11, 31, 19));
    expect(parsePostgresInstant('2026-01-01 00:30:00-03')).toBe(Date.UTC(2026, 0, 1, 3, 30));
    const odd = ['infinity', '-infinity', '0044-03-15 00:00:00+00 BC', '10000-01-01 00:00:00+00'];
    for (const text of [...odd, '0001-01-01 00:00:00+00', '']) {
      expect(() => parsePostgresInstant(text)).toThrow(/not an instant/);
    }
  });
});
