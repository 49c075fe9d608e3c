import type { Figures } from '../measure/measure.ts';
import type { Compared } from '../measure/rounds.ts';
import { milliseconds, renderTable, whole } from './table.ts';

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
    compared.flatMap(({ scenario, figures, empty, ratio }) => {
      const emptyUnit = scenario.unit === 'pair' ? 'request' : scenario.unit;
      return [
        [scenario.title, scenario.unit, ...cells(figures, ratio)],
        ['· empty route, asked the same', emptyUnit, ...cells(empty, 1)],
      ];
    }),
  );
}

function cells(figures: Figures, ratio: number): string[] {
  const { latencies } = figures;
  return [
    whole(figures.perSecond),
    ratio.toFixed(2),
    latencies.p50Ms.toFixed(1),
    latencies.p99Ms.toFixed(1),
    latencies.maxMs.toFixed(0),
    milliseconds(figures.serverMs),
    milliseconds(figures.postgresMs),
    milliseconds(figures.loadMs),
    whole(figures.peakMemoryMiB),
  ];
}
