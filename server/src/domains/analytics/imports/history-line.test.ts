import { describe, expect, test } from 'vitest';
import {
  namedColumns,
  neededFields,
  parseHistoryLine,
  type HistoryFormat,
} from './history-line.ts';
import { missingColumns } from './lines/columns.ts';

const format: HistoryFormat = {
  columns: {},
  attributes: {},
  amounts: 'cycle',
  currency: 'usd',
  billingCycle: 'month',
};
const good = {
  customer_id: 'c1',
  subscription_id: 's1',
  plan: 'pro',
  started_on: '2024-02-29',
  ended_on: '',
  amount: '19.00',
};

function faultsOf(cells: Record<string, string>, of: Partial<HistoryFormat> = {}): string[] {
  const { faults } = parseHistoryLine({ ...good, ...cells }, { ...format, ...of });
  return (faults ?? []).map(({ field }) => field);
}

describe('a line', () => {
  test('tells one stretch of one subscription', () => {
    expect(parseHistoryLine(good, format).line).toEqual({
      customerKey: 'c1',
      subscriptionKey: 's1',
      plan: 'pro',
      startsOn: '2024-02-29',
      endsOn: null,
      amount: '1900',
      currency: 'usd',
      interval: 'month',
      intervalCount: 1,
      isTrial: false,
      country: '',
      source: '',
      attributes: {},
    });
  });

  test.each([
    [{ customer_id: '' }, 'customer_id'],
    [{ subscription_id: 'a\u0000b' }, 'subscription_id'],
    [{ started_on: '2023-02-29' }, 'started_on'],
    [{ started_on: '29.02.2024' }, 'started_on'],
    [{ started_on: '' }, 'started_on'],
    [{ ended_on: '2024-13-01' }, 'ended_on'],
    [{ ended_on: '2024-02-28' }, 'ended_on'],
    [{ amount: '-1' }, 'amount'],
    [{ amount: '1.234' }, 'amount'],
    [{ amount: '1e309' }, 'amount'],
    [{ amount: '9007199254740993' }, 'amount'],
    [{ amount: '1,000' }, 'amount'],
    [{ amount: '' }, 'amount'],
    [{ currency: 'dollars' }, 'currency'],
    [{ billing_cycle: 'fortnight' }, 'billing_cycle'],
    [{ is_trial: 'maybe' }, 'is_trial'],
  ])('with %j is refused for its %s', (cells, field) => {
    expect(faultsOf(cells)).toEqual([field]);
  });

  test('names all that is wrong with it at once', () => {
    const cells = { customer_id: '', started_on: 'yesterday', amount: 'much' };
    expect(faultsOf(cells)).toEqual(['customer_id', 'started_on', 'amount']);
  });

  test('that came from a formula or a prototype is text like any other', () => {
    const cells = { ...good, customer_id: '=cmd|1', plan: '__proto__' };
    expect(parseHistoryLine(cells, format).line).toMatchObject({
      customerKey: '=cmd|1',
      plan: '__proto__',
    });
  });

  test('tells attributes of the customer, shortened and without a NUL', () => {
    const attributes = { industry: 'Industry', size: 'seats', __proto__x: 'x' };
    const cells = { ...good, Industry: ' Sa\0aS ', x: 'y'.repeat(300), country: 'D\0E' };
    expect(parseHistoryLine(cells, { ...format, attributes }).line).toMatchObject({
      country: 'DE',
      attributes: { industry: 'SaaS', size: '', __proto__x: 'y'.repeat(255) },
    });
  });

  test('takes days from instants, and amounts in the minor units of their currency', () => {
    const cells = { ...good, started_on: '2024-02-29T23:30:00Z', amount: '1900', currency: 'JPY' };
    expect(parseHistoryLine(cells, format).line).toMatchObject({
      startsOn: '2024-02-29',
      amount: '1900',
      currency: 'jpy',
    });
  });

  test('with an amount a month is paid twelve of them a year', () => {
    const monthly = { ...format, amounts: 'month' } as const;
    const amountOf = (billing_cycle: string) =>
      parseHistoryLine({ ...good, billing_cycle }, monthly).line?.amount;
    expect(amountOf('annual')).toBe('22800');
    expect(amountOf('quarterly')).toBe('5700');
    expect(amountOf('monthly')).toBe('1900');
    expect(amountOf('weekly')).toBe('438.461538');
  });
});

test('the columns that a file lacks are named, mapped ones too', () => {
  const said = {
    columns: { customer_id: 'account', country: 'land' },
    attributes: { size: 'seats' },
  };
  const columns = namedColumns({ ...format, ...said });
  expect(
    missingColumns(['account', 'subscription_id', 'amount'], { columns, needed: neededFields }),
  ).toEqual(['started_on', 'land', 'seats']);
});
