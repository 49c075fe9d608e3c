import type { Figures } from '../measure/measure.ts';
import type { Compared } from '../measure/rounds.ts';
import { milliseconds, renderTable, whole } from './table.ts';
import { rateAgainst } from './targets.ts';

const HEAD = [
  'scenario',
  'one is',
  'a second',
  'of empty',
  'p50 ms',
  'p99 ms',
  'max ms',
  'Node ms',
  'Postgres ms',
  'load ms',
  'peak MiB',
];

/** Every scenario with the empty route beside it. */
export function renderFigures(compared: readonly Compared[]): string {
  return renderTable(
    HEAD,
    compared.flatMap(({ scenario, own, empty, ratio }) => {
      const emptyUnit = scenario.unit === 'pair' ? 'request' : scenario.unit;
      return [
        [scenario.title, scenario.unit, ...cells(own, ratio)],
        ['· the empty route, asked the same', emptyUnit, ...cells(empty, 1)],
      ];
    }),
  );
}

function cells(figures: Figures, ratio: number): string[] {
  const { latencies } = figures;
  return [
    whole(figures.perSecond),
    ratio < 0.1 ? ratio.toFixed(3) : ratio.toFixed(2),
    latencies.p50Ms.toFixed(1),
    latencies.p99Ms.toFixed(1),
    latencies.maxMs.toFixed(0),
    milliseconds(figures.serverMs),
    milliseconds(figures.postgresMs),
    milliseconds(figures.loadMs),
    whole(figures.peakMemoryMiB),
  ];
}

const AGAINST_ONE_TRANSACTION = [
  ['track', 'one-transaction'],
  ['hot', 'one-transaction-hot'],
] as const;

/** How many times faster gathering is than a transaction for each request. */
export function renderGathering(compared: readonly Compared[]): string {
  const lines = AGAINST_ONE_TRANSACTION.flatMap(([name, other]) => {
    const ratio = rateAgainst(compared, name, other);
    const title = compared.find(({ scenario }) => scenario.name === name)?.scenario.title;
    return ratio === undefined ? [] : [`- ${title}: ${ratio.toFixed(1)} times the rate`];
  });
  return lines.join('\n');
}
