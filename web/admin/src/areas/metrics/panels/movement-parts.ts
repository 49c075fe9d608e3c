// pure
import type { MetricPoint, MetricSeries } from '../../../api/metrics/figures.ts';
import type { TableView } from '../../../charts/chart-card.tsx';
import type { Look } from '../../../charts/patterns.tsx';
import type { Layer } from '../../../charts/stacked-bars.tsx';
import type { Step } from '../../../charts/waterfall.tsx';
import { showFigure } from '../../../words/figures.ts';
import { showSpanName } from '../../../words/spans.ts';

/** What moves MRR, in the order in which it is told; up first. */
const MOVEMENTS: readonly { readonly name: string; readonly title: string; readonly look: Look }[] =
  [
    { name: 'new', title: 'New', look: 'one' },
    { name: 'reactivation', title: 'Reactivation', look: 'three' },
    { name: 'expansion', title: 'Expansion', look: 'five' },
    { name: 'contraction', title: 'Contraction', look: 'four' },
    { name: 'churn', title: 'Churn', look: 'two' },
    { name: 'transfer', title: 'Transfer', look: 'six' },
    { name: 'currency', title: 'Rates', look: 'six' },
  ];

/** Those that there are; what never moved anything is not shown. */
export function layersOf({ data }: Pick<MetricSeries, 'data'>): Layer[] {
  return MOVEMENTS.map(({ name, title, look }) => ({
    name: title,
    look,
    values: data.map(({ values }) => values[name] ?? 0),
  })).filter(({ values }) => values.some((value) => value !== 0));
}

/** A step, and the column that it opens into. */
export interface OpeningStep extends Step {
  readonly column: string;
}

/** How MRR came from the start of a span to its end. */
export function stepsOf({ values }: MetricPoint, currency: string): OpeningStep[] {
  const told = { unit: 'money', currency };
  const level = (name: string, column: string): OpeningStep => {
    const value = values[column] ?? 0;
    return { name, column, value, shown: showFigure(value, told), look: 'one', isLevel: true };
  };
  const moved = MOVEMENTS.flatMap(({ name, title, look }): OpeningStep[] => {
    const value = values[name] ?? 0;
    if (value === 0) return [];
    const shown = `${value > 0 ? '+' : ''}${showFigure(value, told)}`;
    return [{ name: title, column: name, value, shown, look, isLevel: false }];
  });
  return [level('Start', 'mrr_start'), ...moved, level('End', 'mrr_end')];
}

/** What is said of a span: the sum, and all that it is made of. */
export function saidOf(point: MetricPoint, currency: string): string {
  const [start, ...rest] = stepsOf(point, currency);
  const moved = rest.slice(0, -1).map(({ name, shown }) => `${name.toLowerCase()} ${shown}`);
  const end = rest.at(-1);
  const how = moved.length === 0 ? 'nothing moved' : moved.join(', ');
  return `${showSpanName(point)}: ${how}; from ${start?.shown} to ${end?.shown}`;
}

export function movementTable(series: MetricSeries): TableView {
  const layers = layersOf(series);
  const told = { unit: 'money', currency: series.currency };
  return {
    head: ['Time', 'Start', ...layers.map(({ name }) => name), 'End'],
    rows: series.data.map((point, index) => [
      showSpanName(point),
      showFigure(point.values['mrr_start'], told),
      ...layers.map(({ values }) => showFigure(values[index], told)),
      showFigure(point.values['mrr_end'], told),
    ]),
  };
}
