import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { runSimulation, SEEDS_OF_A_WORLD } from './run-simulation.ts';

/** Small enough that a thousand take less than a minute on two cores. */
const SIZE = { users: 2, days: 42, activity: 0.25 };
const TIMEOUT_MS = 600_000;

/**
 * Each seed is two users for six weeks. Those of one world share a database and its clock; a
 * failure prints the seed and how to see it again by itself.
 */
export function testShortSeeds(worlds: { readonly from: number; readonly to: number }): void {
  const numbers = Array.from(
    { length: worlds.to - worlds.from },
    (_, index) => worlds.from + index,
  );
  describe('the services agree with the model, whatever happens', () => {
    test.each(numbers.map((world) => [world * SEEDS_OF_A_WORLD, world] as const))(
      'seeds from %i on',
      async (first) => {
        const seeds = Array.from({ length: SEEDS_OF_A_WORLD }, (_, index) => first + index);
        const database = await createTestDatabase();
        try {
          const result = await runSimulation({ seeds, ...SIZE, databaseUrl: database.url });
          // Were hardly anything drawn, agreeing would say nothing.
          expect(result.steps).toBeGreaterThan(SEEDS_OF_A_WORLD * 10);
        } finally {
          await database.drop();
        }
      },
      TIMEOUT_MS,
    );
  });
}
