import { subtractFractions } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../platform/database.ts';
import { ratio } from '../metrics/formulas.ts';
import type { Metric } from '../metrics/registry/metric.ts';
import { describeUsers, findFeatureUse } from '../usage/store-use.ts';
import { BY_SUBJECT, cost, count, exact, quantity, summedMetric } from '../usage/summed.ts';
import { loadCosts } from './load-costs.ts';
import { isOfRevenue, loadRevenue } from './load-revenue.ts';
import { describeMargins, loadMargins } from './margins.ts';
import { findFeaturesOfUnit } from './store.ts';

const OF_EVENTS = ['plan', 'event_type', 'provider', 'model', 'prompt'];
const OF_COSTS = [...OF_EVENTS, 'feature'];

/** What AI costs, and what is left of revenue. */
export function costMetrics(executor: Executor): Metric[] {
  return [
    aiCost(executor),
    grossMargin(executor),
    costToRevenue(executor),
    perTransaction(executor),
    perUnit(executor, {
      name: 'cost_per_minute',
      title: 'AI cost of a processed minute',
      summary: 'What it costs to process a minute.',
      formula: 'AI cost of events that count minutes / the minutes that they count',
      unit: 'minute',
      amounts: 'Minutes processed',
    }),
    perUnit(executor, {
      name: 'cost_per_output',
      title: 'AI cost of an output',
      summary: 'What it costs to generate a piece of content.',
      formula: 'AI cost of events that generate pieces / the pieces that they generate',
      unit: 'piece',
      amounts: 'Pieces generated',
    }),
  ];
}

function aiCost(executor: Executor): Metric {
  return summedMetric({
    name: 'ai_cost',
    title: 'AI cost',
    area: 'costs',
    summary:
      'What AI cost: as events say it, or else by the price of the model that was known when ' +
      'they were added up; a price that is corrected changes nothing until staff settle anew. ' +
      'An event that counts to several features shares its cost evenly among them.',
    formula:
      'Stated costs + tokens in x price + tokens out x price + amount x price, each at the rate ' +
      'and price of its day',
    unit: 'unit_money',
    adds: true,
    value: (sum) => sum('cost'),
    from: [
      cost('stated', 'Stated by events'),
      cost('priced', 'By prices of models'),
      cost('outdated', 'Of these, by prices corrected since'),
      quantity('events', 'Events'),
      quantity('tokens', 'Tokens'),
      quantity('unpriced', 'Events without a cost or a price'),
    ],
    opens: 'value',
    dimensions: OF_COSTS,
    takesAttributes: true,
    load: (question) => loadCosts(executor, question),
    describe: (keys) => describeUsers(executor, keys.map(Number)),
  });
}

function grossMargin(executor: Executor): Metric {
  return summedMetric({
    name: 'gross_margin',
    title: 'Gross margin',
    area: 'costs',
    summary:
      'What is left of recurring revenue after AI has been paid for. Of what is paid a month, ' +
      'each day earns its share. What an account brings in a month belongs to the models and ' +
      'features that it used AI for in that month: each event has the same share, and shares it ' +
      'evenly among its features; without use, revenue is of no model.',
    formula:
      '(revenue - AI cost) / revenue, with revenue = sum over days of MRR / days of the month',
    unit: 'share',
    value: (sum) => ratio(subtractFractions(sum('revenue'), sum('cost')), sum('revenue')),
    from: [cost('profit', 'Gross profit'), cost('revenue', 'Revenue'), cost('cost', 'AI cost')],
    opens: 'profit',
    dimensions: ['plan', 'model', 'feature'],
    takesAttributes: true,
    load: (question) => loadMargins(executor, question),
    describe: (keys, opened) => describeMargins(executor, keys, opened),
  });
}

function costToRevenue(executor: Executor): Metric {
  return summedMetric({
    name: 'cost_to_revenue',
    title: 'AI cost against revenue',
    area: 'costs',
    summary:
      'How much of recurring revenue AI takes. A model or feature is held against all revenue of ' +
      'the plans asked for, since customers do not pay by model; gross margin shares revenue ' +
      'among them.',
    formula: 'AI cost / revenue',
    unit: 'share',
    value: (sum) => ratio(sum('cost'), sum('revenue')),
    from: [
      cost('cost', 'AI cost'),
      { name: 'revenue', title: 'Revenue', unit: 'unit_money', adds: false },
    ],
    opens: 'cost',
    dimensions: OF_COSTS,
    takesAttributes: true,
    async load(question) {
      const { by } = question;
      if (by === BY_SUBJECT) return loadCosts(executor, question);
      const costs = await loadCosts(executor, { ...question, subject: 'account_id' });
      const revenue = await loadRevenue(executor, question);
      if (by === null || isOfRevenue(by)) return { days: [...costs.days, ...revenue.days] };
      const keys = [...new Set(costs.days.map(({ key }) => key))];
      const held = keys.flatMap((key) => revenue.days.map((day) => ({ ...day, key })));
      return { ...costs, days: [...costs.days, ...held] };
    },
    describe: (keys) => describeUsers(executor, keys.map(Number)),
  });
}

function perTransaction(executor: Executor): Metric {
  return summedMetric({
    name: 'cost_per_transaction',
    title: 'AI cost of a transaction',
    area: 'costs',
    summary: 'What an event that uses AI costs.',
    formula: 'AI cost / events that name a model or say what they cost',
    unit: 'unit_money',
    value: (sum) => ratio(sum('cost'), sum('events')),
    from: [cost('cost', 'AI cost'), quantity('events', 'Events')],
    opens: 'cost',
    dimensions: OF_COSTS,
    takesAttributes: true,
    load: (question) => loadCosts(executor, question),
    describe: (keys) => describeUsers(executor, keys.map(Number)),
  });
}

interface PerUnit {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly formula: string;
  /** Of features, such as `minute`. */
  readonly unit: string;
  readonly amounts: string;
}

function perUnit(executor: Executor, { unit, amounts, ...told }: PerUnit): Metric {
  return summedMetric({
    ...told,
    area: 'costs',
    unit: 'unit_money',
    value: (sum) => ratio(sum('cost'), sum('amount')),
    from: [cost('cost', 'AI cost'), quantity('amount', amounts), count('events', 'Events')],
    opens: 'cost',
    dimensions: OF_EVENTS,
    takesAttributes: true,
    async load(question) {
      const ofEventsWith = await findFeaturesOfUnit(executor, unit);
      const filters = { ...question.filters, feature: ofEventsWith };
      const [costs, used] = await Promise.all([
        loadCosts(executor, { ...question, ofEventsWith }),
        findFeatureUse(executor, { ...question, filters }),
      ]);
      const amountsOf = used.map(({ key, day, amount }) => ({
        key,
        day,
        sums: { amount: exact(amount) },
      }));
      return { ...costs, days: [...costs.days, ...amountsOf] };
    },
    describe: (keys) => describeUsers(executor, keys.map(Number)),
  });
}
