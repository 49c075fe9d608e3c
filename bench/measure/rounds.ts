import type { LoadOrder } from '../load/order.ts';
import type { Scenario } from '../scenarios.ts';
import type { BenchSystem } from '../system.ts';
import { emptyTwin, measure, orderOf, type Figures } from './measure.ts';

export interface Extent {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** A scenario with the empty route that was asked the same beside it. */
export interface Compared {
  readonly scenario: Scenario;
  readonly figures: Figures;
  readonly empty: Figures;
  /** Rate against the empty route: the median of what each round gave. */
  readonly ratio: number;
  readonly rounds: number;
}

/**
 * Measures the scenarios round by round, each beside its empty twin, which comes before it in one
 * round and after it in the next: a machine that becomes slower or faster meanwhile distorts
 * neither the ratio nor one scenario more than another.
 */
export async function measureRounds(
  system: BenchSystem,
  scenarios: readonly Scenario[],
  extent: Extent,
  tell: (line: string) => void,
): Promise<Compared[]> {
  const taken = new Map<Scenario, { own: Figures; empty: Figures }[]>(
    scenarios.map((scenario) => [scenario, []]),
  );
  for (let round = 0; round < extent.rounds; round += 1) {
    for (const [scenario, pairs] of taken) {
      const order = orderOf(scenario, { kind: 'time', ...extent });
      const pair = await measurePair(system, order, round % 2 === 0);
      pairs.push(pair);
      tell(`round ${round + 1}/${extent.rounds}  ${line(scenario, pair)}`);
    }
  }
  await system.ledger.compareEvents();
  return [...taken].map(([scenario, pairs]) => ({
    scenario,
    figures: medianFigures(pairs.map((pair) => pair.own)),
    empty: medianFigures(pairs.map((pair) => pair.empty)),
    ratio: median(pairs.map((pair) => ratioOf(scenario, pair))),
    rounds: pairs.length,
  }));
}

async function measurePair(
  system: BenchSystem,
  order: LoadOrder,
  isEmptyFirst: boolean,
): Promise<{ own: Figures; empty: Figures }> {
  if (isEmptyFirst) {
    const empty = await measure(system, emptyTwin(order));
    return { empty, own: await measure(system, order) };
  }
  const own = await measure(system, order);
  return { own, empty: await measure(system, emptyTwin(order)) };
}

/** In requests: a pair is two of them. */
function ratioOf({ unit }: Scenario, { own, empty }: { own: Figures; empty: Figures }): number {
  return ((unit === 'pair' ? 2 : 1) * own.perSecond) / empty.perSecond;
}

function line(scenario: Scenario, pair: { own: Figures; empty: Figures }): string {
  const { own } = pair;
  return [
    scenario.name.padEnd(20),
    `${own.perSecond.toFixed(0)} ${scenario.unit}s/s`.padStart(18),
    `${ratioOf(scenario, pair).toFixed(2)} of empty`.padStart(15),
    `p99 ${own.latencies.p99Ms.toFixed(1)} ms`.padStart(14),
    `Node ${own.serverMs.toFixed(4)} ms`.padStart(16),
    `Postgres ${own.postgresMs.toFixed(4)} ms`.padStart(20),
  ].join(' ');
}

function medianFigures(of: readonly Figures[]): Figures {
  const middle = (read: (figures: Figures) => number): number => median(of.map(read));
  return {
    perSecond: middle((figures) => figures.perSecond),
    latencies: {
      p50Ms: middle((figures) => figures.latencies.p50Ms),
      p99Ms: middle((figures) => figures.latencies.p99Ms),
      maxMs: Math.max(...of.map((figures) => figures.latencies.maxMs)),
    },
    serverMs: middle((figures) => figures.serverMs),
    postgresMs: middle((figures) => figures.postgresMs),
    loadMs: middle((figures) => figures.loadMs),
    peakMemoryMiB: Math.max(...of.map((figures) => figures.peakMemoryMiB)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
