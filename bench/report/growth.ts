import type { Size } from '../measure/growth.ts';
import type { Figures } from '../measure/measure.ts';
import { milliseconds, renderTable, whole } from './table.ts';
import { costOf } from './targets.ts';

const HEAD = [
  'scenario',
  'stored events',
  'a second',
  'of empty',
  'p99 ms',
  'Node ms',
  'Postgres ms',
  'CPU × smallest',
];

/** Each scenario at each size, below each other, and what it took to get there. */
export function renderGrowth(sizes: readonly Size[]): string {
  const [first, ...larger] = sizes;
  if (first === undefined) return '';
  const rows = first.compared.flatMap(({ scenario, own: smallest }, at) =>
    sizes.map((size) => {
      const { own, ratio } = size.compared[at]!;
      return [scenario.title, whole(size.events), ...cells(own, smallest, ratio.toFixed(2))];
    }),
  );
  const batch = first.compared.find(({ scenario }) => scenario.name === 'batch');
  const fills = larger.map(({ events, fill }) => {
    const compared = cells(fill, batch?.own ?? first.fill, '');
    return ['all batches on the way', `up to ${whole(events)}`, ...compared];
  });
  return renderTable(HEAD, [...rows, ...fills]);
}

function cells(own: Figures, smallest: Figures, ratio: string): string[] {
  return [
    whole(own.perSecond),
    ratio,
    own.latencies.p99Ms.toFixed(1),
    milliseconds(own.serverMs),
    milliseconds(own.postgresMs),
    (costOf(own) / costOf(smallest)).toFixed(2),
  ];
}
