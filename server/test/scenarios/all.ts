import { idempotency } from './concurrency/idempotency.ts';
import { reservationsRace } from './concurrency/reservations-race.ts';
import { killPostgres } from './faults/kill-postgres.ts';
import { killServer } from './faults/kill-server.ts';
import { postgresStopped } from './faults/postgres-stopped.ts';
import { shutdown } from './faults/shutdown.ts';
import { fuzz } from './input/fuzz.ts';
import { malformed } from './input/malformed.ts';
import { whisperforge } from './journey/whisperforge.ts';
import { chaos } from './payments/chaos/chaos.ts';
import { intakeOutages } from './payments/intake/outages.ts';
import { everyOrder } from './payments/order/every-order.ts';
import type { Stage } from './support/stage.ts';
import { anchors } from './time/anchors.ts';
import { instants } from './time/instants.ts';

type Play = (stage: Stage) => Promise<void>;

/** Every scenario at its full size, by the name that a soak calls it. */
export const scenarios: Readonly<Record<string, Play>> = {
  'reservations-race': (stage) =>
    reservationsRace(stage, { reservations: 10_000, limit: 1_000, servers: 4 }),
  'idempotency': (stage) =>
    idempotency(stage, { keys: 1_000, repeats: 50, servers: 2, keysAtOnce: 8 }),
  'kill-server': (stage) => killServer(stage, { kills: 50, workers: 32 }),
  'kill-postgres': (stage) =>
    killPostgres(stage, { postmasterKills: 10, backendKills: 10, workers: 32 }),
  'postgres-stopped': (stage) => postgresStopped(stage, { stops: 10, workers: 16 }),
  'malformed': (stage) => malformed(stage, { senders: 8, staffCases: Infinity }),
  'fuzz': (stage) => fuzz(stage, { bodies: 5_000, staffBodies: 1_000 }),
  'shutdown': (stage) => shutdown(stage, { stops: 20, workers: 32 }),
  async 'clock'(stage) {
    await instants(stage, { casesEach: 100 });
    await anchors(stage, { periods: 23 });
  },
  'journey': (stage) => whisperforge(stage, { users: 50 }),
  'payments-chaos': (stage) => chaos(stage, { customers: 2_000, kills: 100, calm: 200 }),
  'payments-intake': (stage) => intakeOutages(stage, { kills: 10, senders: 16, between: 500 }),
  'payments-orders': (stage) => everyOrder(stage, { customersEach: 3, lookChance: 0.3 }),
};
