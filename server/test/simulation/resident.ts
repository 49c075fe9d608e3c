import type { ModelAccount, ModelGrant, ModelHold } from './model/account.ts';
import type { Commanded } from './model/command.ts';
import type { ReserveSaid, TrackSaid } from './model/book.ts';
import type { ModelCatalog, ModelPlan } from './model/catalog.ts';
import type { Random } from '../scenarios/support/random.ts';
import type { Feature, EventType } from '../../src/domains/plans/index.ts';

/** What everybody in a world shares. */
export interface World {
  readonly catalog: ModelCatalog;
  /** The system's own names for what is sold. */
  readonly planIds: Map<ModelPlan, number>;
  features: ReadonlyMap<string, Feature>;
  events: ReadonlyMap<string, EventType>;
  /** Instants at which the clock will stand; expiries are set to them. */
  readonly ticks: readonly number[];
  nowMs: number;
}

export interface RawSubscription {
  readonly plan: ModelPlan;
  readonly status: string;
  readonly startedMs: number;
  readonly cancelAtMs: number | null;
  readonly pastDueSinceMs: number | null;
  readonly scheduled: { readonly plan: ModelPlan; readonly atMs: number } | null;
}

/** A user of the simulation: what the model knows, and the system's names for it. */
export interface Resident {
  readonly name: string;
  readonly random: Random;
  readonly world: World;
  readonly accountId: number;
  readonly model: ModelAccount;
  readonly commanded: Commanded;
  readonly holds: { readonly hold: ModelHold; id: string }[];
  readonly said: (
    | { readonly kind: 'track'; readonly said: TrackSaid }
    | { readonly kind: 'reserve'; readonly said: ReserveSaid }
  )[];
  /** Boosts and packs by what ends them. */
  readonly grants: {
    readonly grant: ModelGrant;
    readonly kind: 'override' | 'grant';
    readonly id: number;
  }[];
  readonly packSources: string[];
  planChangeId: number | null;
  numbers: number;
}

export function nextNumber(resident: Resident): number {
  resident.numbers += 1;
  return resident.numbers;
}

/** A tick to come, a millisecond beside one, or any other instant. */
export function comingInstant(resident: Resident): number {
  const { random, world } = resident;
  const coming = world.ticks.filter((tick) => tick > world.nowMs + 1);
  if (coming.length > 0 && random.chance(0.75)) {
    const near = random.chance(0.6) ? coming.slice(0, 12) : coming;
    const tick = random.pick(near);
    return random.chance(0.7) ? tick : tick + random.pick([-1, 1]);
  }
  return world.nowMs + random.between(2, 40 * 86_400_000);
}
