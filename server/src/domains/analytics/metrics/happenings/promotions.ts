import { addFractions, fraction, type Fraction } from '@whisperforge/kernel/fraction';
import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { loadPaidSince } from '../../../billing/index.ts';
import { loadCodeUses } from '../../../pricing/index.ts';
import { rateTable } from '../rates.ts';
import type { Metric } from '../registry/metric.ts';
import { findRates } from '../store.ts';
import type { Happening } from './happening.ts';
import { happeningMetric, type HappeningsAsked } from './happening-metric.ts';
import { describeAccounts, loadSegments } from './store-accounts.ts';
import { worthOn, type Worth } from './worth.ts';

/** What promotion codes have brought. */
export function promotionMetrics(executor: Executor): Metric[] {
  return [
    happeningMetric(executor, {
      name: 'promotions',
      title: 'Promotion results',
      area: 'growth',
      summary:
        'Codes that were used in a span, and what their accounts have paid since they used them. ' +
        'An account that used two codes has paid for each of them.',
      formula: 'Uses of promotion codes that were paid with in the span',
      columns: [
        { name: 'value', title: 'Codes used', unit: 'count', adds: true },
        { name: 'revenue', title: 'Paid since', unit: 'money', adds: true },
      ],
      opens: 'value',
      dimensions: ['code', 'country', 'source'],
      holder: 'account',
      profileNotes: {},
      value: ({ uses }) => uses!,
      summed: ['uses'],
      kept: {
        kind: 'code',
        segments: { code: 'label', country: 'country', source: 'source' },
        measures: { uses: 'total', revenue: 'totalMinor' },
      },
      happenings: (asked) => findUses(executor, asked),
      describe: (_, keys) => describeAccounts(executor, keys),
    }),
  ];
}

async function findUses(executor: Executor, asked: HappeningsAsked): Promise<Happening[]> {
  const { book, currency: base, period } = asked;
  const found = await loadCodeUses(executor, period);
  const accountIds = found.map(({ accountId }) => accountId);
  const since = found.map(({ id, accountId, heldMs }) => ({ key: id, accountId, sinceMs: heldMs }));
  const [paid, segments, rates] = await Promise.all([
    loadPaidSince(executor, since),
    loadSegments(executor, accountIds),
    findRates(executor, base),
  ]);
  const table = rateTable(base, rates);
  const paidByUse = Map.groupBy(paid, ({ key }) => key);
  return found.map(({ id, code, accountId, redeemedMs }) => {
    const day = dayIn(book.rules.timeZone, redeemedMs);
    const sums = (paidByUse.get(id) ?? []).map(({ currency, paidMinor }) => {
      return { worth: worthOn(table, currency, day), paidMinor };
    });
    const revenue = sums.reduce<Fraction>(
      (sum, { worth, paidMinor }) => addFractions(sum, worth.of(paidMinor)),
      fraction(0n),
    );
    return {
      subject: String(accountId),
      day,
      segments: { ...segments.get(accountId), code },
      values: { uses: fraction(1n), revenue },
      ...notesOf(sums.map(({ worth }) => worth)),
    };
  });
}

function notesOf(worths: readonly Worth[]): Pick<Happening, 'carried' | 'missing'> {
  const carried = worths.find((worth) => worth.carried !== undefined)?.carried;
  const missing = worths.find((worth) => worth.missing !== undefined)?.missing;
  return { ...(carried !== undefined && { carried }), ...(missing !== undefined && { missing }) };
}
