import type { Scenario } from '../scenarios.ts';
import type { BenchSystem } from '../system.ts';
import type { LoadOrder } from '../load/order.ts';
import { emptyTwin, measure, orderOf, type Figures } from './measure.ts';
import { median, medianFigures } from './median.ts';

export interface Extent {
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

/** A scenario and the empty route that was asked the same, measured one after the other. */
export interface Pair {
  readonly own: Figures;
  readonly empty: Figures;
}

/** What the rounds gave for a scenario: medians, but for peaks. */
export interface Compared {
  readonly scenario: Scenario;
  readonly own: Figures;
  readonly empty: Figures;
  /** Requests against those of the empty route: the median of what each round gave. */
  readonly ratio: number;
  readonly pairs: readonly Pair[];
}

export interface RoundHooks {
  readonly tell: (line: string) => void;
  /** Brings the database to the state that each measurement is to begin with. */
  readonly prepare?: () => Promise<void>;
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
  { tell, prepare }: RoundHooks,
): Promise<Compared[]> {
  const taken = new Map<Scenario, Pair[]>(scenarios.map((scenario) => [scenario, []]));
  for (let round = 1; round <= extent.rounds; round += 1) {
    for (const [scenario, pairs] of taken) {
      await prepare?.();
      const order = orderOf(scenario, { kind: 'time', ...extent });
      const pair = await measurePair(system, order, round % 2 === 1);
      pairs.push(pair);
      tell(`${round}/${extent.rounds}  ${renderPair(scenario, pair)}`);
    }
  }
  await system.ledger.compareEvents();
  return [...taken].map(([scenario, pairs]) => ({
    scenario,
    own: medianFigures(pairs.map((pair) => pair.own)),
    empty: medianFigures(pairs.map((pair) => pair.empty)),
    ratio: median(pairs.map((pair) => ratioOf(scenario, pair))),
    pairs,
  }));
}

async function measurePair(
  system: BenchSystem,
  order: LoadOrder,
  isEmptyFirst: boolean,
): Promise<Pair> {
  if (isEmptyFirst) {
    const empty = await measure(system, emptyTwin(order));
    return { empty, own: await measure(system, order) };
  }
  const own = await measure(system, order);
  return { own, empty: await measure(system, emptyTwin(order)) };
}

/** In requests, of which a pair has two. */
function ratioOf({ unit }: Scenario, { own, empty }: Pair): number {
  return ((unit === 'pair' ? 2 : 1) * own.perSecond) / empty.perSecond;
}

function renderPair(scenario: Scenario, pair: Pair): string {
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
