import { expect, test } from 'vitest';
import { showChange, showFigure, showTick } from './figures.ts';
import { monthStart, showShortSpan, showSpanName } from './spans.ts';

const usd = (unit: string) => ({ unit, currency: 'usd' });

test('figures are told in their unit, and what cannot be said is a dash', () => {
  expect(showFigure(123_450, usd('money'))).toBe('$1,234.50');
  expect(showFigure(1_900, { unit: 'money', currency: 'jpy' })).toBe('¥1,900');
  expect(showFigure(0.0314, usd('share'))).toBe('3.1 %');
  expect(showFigure(2.4, usd('ratio'))).toBe('2.4 ×');
  expect(showFigure(4.5, usd('months'))).toBe('4.5 months');
  expect(showFigure(null, usd('share'))).toBe('–');
  expect(showFigure(61_457.6895, usd('unit_money'))).toBe('$614.58');
  expect(showFigure(21.7626, usd('unit_money'))).toBe('$0.2176');
  expect(showFigure(1.4931, usd('unit_money'))).toBe('$0.01493');
});

test('beside a chart they are short, in whatever currency', () => {
  expect(showTick(2_000_000, usd('money'))).toBe('$20K');
  expect(showTick(2_000_000, { unit: 'money', currency: 'kwd' })).toBe('KWD\u00a02K');
  expect(showTick(0.025, usd('share'))).toBe('2.5 %');
  expect(showTick(0.5, usd('unit_money'))).toBe('$0.005');
  expect(showTick(0, usd('unit_money'))).toBe('$0');
});

test('a change is a percentage, of shares the points between them, and none of nothing', () => {
  expect(showChange(110, 100, 'money')).toBe('+10 %');
  expect(showChange(-50, -100, 'money')).toBe('+50 %');
  expect(showChange(0.021, 0.034, 'share')).toBe('-1.3 points');
  expect(showChange(5, 0, 'count')).toBeUndefined();
  expect(showChange(null, 3, 'count')).toBeUndefined();
});

test('spans are called as people call them', () => {
  expect(showSpanName({ from: '2026-02-01', to: '2026-02-28' })).toBe('February 2026');
  expect(showSpanName({ from: '2026-03-01', to: '2026-03-10' })).toBe('1 to 10 March 2026');
  expect(showSpanName({ from: '2026-02-23', to: '2026-03-01' })).toBe('23 Feb to 1 March 2026');
  expect(showSpanName({ from: '2025-04-01', to: '2026-03-10' })).toBe(
    '1 Apr 2025 to 10 March 2026',
  );
  expect(showSpanName({ from: '2026-02-03', to: '2026-02-03' })).toBe('3 February 2026');
  expect(showShortSpan({ from: '2026-01-01', to: '2026-01-31' }, 'month')).toBe('Jan 26');
});

test('months before are counted over the turn of the year', () => {
  expect(monthStart('2026-03-10', 0)).toBe('2026-03-01');
  expect(monthStart('2026-03-10', 3)).toBe('2025-12-01');
  expect(monthStart('2026-12-31', -1)).toBe('2027-01-01');
});
