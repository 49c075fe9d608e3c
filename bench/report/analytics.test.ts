import { expect, test } from 'vitest';
import type { CompanyFigures } from '../analytics/measure.ts';
import { analyticsSection } from './analytics.ts';

const spread = (p50Ms: number) => ({ count: 10, p50Ms, p95Ms: p50Ms * 2, slowestMs: p50Ms * 3 });

function company(customers: number, changeMs: number): CompanyFigures {
  return {
    size: { customers, months: 36, events: customers * 500 },
    ledgerSeconds: 80,
    plansSeconds: 20,
    usageSeconds: 500,
    followed: { change: spread(changeMs), event: spread(10), batchedEventMs: 0.05 },
  };
}

test('the figures of a company stand beside what was wanted of them', () => {
  const [title, ...parts] = analyticsSection({
    companies: [company(10_000, 10), company(100_000, 20)],
    answers: [{ area: 'revenue', kind: 'series', worst: 'metrics/mrr?from=x', ...spread(70) }],
    all: spread(70),
    slowest: [{ path: 'metrics/mrr?from=x', p50Ms: 70 }],
    unanswered: ['metrics/discounts/rows?column=before'],
  });
  expect(title).toBe('## The numbers');
  const [, targets = ''] = parts;
  expect(targets).toMatch(/a change until it counts: p95 +\| +at most 50 ms \| +40.0 ms \| yes/);
  expect(targets).toMatch(
    /a change, at ten times the history +\| +at most 1.3 × \| +2.00 × \| +no/,
  );
  const page = parts.join('\n\n');
  expect(page).toContain('100,000 events a second');
  expect(page).toContain('- `metrics/discounts/rows?column=before`');
  const prose = page.split('\n').filter((line) => !line.startsWith('|'));
  for (const line of prose) expect(line.length).toBeLessThanOrEqual(100);
});
