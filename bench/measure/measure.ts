import type { Latencies } from '../load/histogram.ts';
import type { LoadOrder } from '../load/order.ts';
import { pathOf } from '../load/questions.ts';
import { HOT_USER, USERS, type Scenario } from '../scenarios.ts';
import { emptyTwinOf } from '../server/routes.ts';
import type { BenchSystem } from '../system.ts';
import {
  peakMemoryMiB,
  postgresCpu,
  postgresCpuBetween,
  resetPeakMemory,
  type PostgresCpu,
} from './processes.ts';

/** One measurement. Costs are CPU time for one unit: a request, a pair or an event. */
export interface Figures {
  readonly perSecond: number;
  readonly latencies: Latencies;
  readonly serverMs: number;
  readonly postgresMs: number;
  readonly loadMs: number;
  readonly peakMemoryMiB: number;
}

export function orderOf(scenario: Scenario, extent: LoadOrder['extent']): LoadOrder {
  return {
    question: scenario.question,
    path: scenario.path ?? pathOf(scenario.question),
    isEmptyRoute: false,
    users:
      scenario.isOneUser === true
        ? { kind: 'one', number: HOT_USER }
        : { kind: 'some', below: USERS },
    connections: scenario.connections,
    extent,
  };
}

/** The same requests to a route that takes them and does nothing. */
export function emptyTwin(order: LoadOrder): LoadOrder {
  return { ...order, path: emptyTwinOf(pathOf(order.question)), isEmptyRoute: true };
}

/** Carries out an order, measures it, and holds what was acknowledged against the balances. */
export async function measure(
  system: BenchSystem,
  order: LoadOrder,
  onProgress?: (answers: number) => void,
): Promise<Figures> {
  const { server, load, ledger } = system;
  const samples: Promise<CpuSample>[] = [];
  const result = await load.run(order, {
    ...(onProgress && { onProgress }),
    onMeasuring() {
      resetPeakMemory(server.pid);
      samples.push(sampleCpu(system));
    },
    onMeasured: () => void samples.push(sampleCpu(system)),
  });
  const [before, after] = await Promise.all(samples);
  if (before === undefined || after === undefined) throw new Error('Nothing was measured.');
  const peak = peakMemoryMiB(server.pid);
  ledger.add(result.acknowledged);
  await ledger.compareBalances();
  const { units } = result;
  return {
    perSecond: (units / result.elapsedMs) * 1_000,
    latencies: result.latencies,
    serverMs: (after.serverMs - before.serverMs) / units,
    postgresMs: postgresCpuBetween(before.postgres, after.postgres) / units,
    loadMs: result.cpuMs / units,
    peakMemoryMiB: peak,
  };
}

interface CpuSample {
  readonly serverMs: number;
  readonly postgres: PostgresCpu;
}

async function sampleCpu({ server, database }: BenchSystem): Promise<CpuSample> {
  const postgres = postgresCpu(database.pid);
  return { postgres, serverMs: await server.cpuMs() };
}
