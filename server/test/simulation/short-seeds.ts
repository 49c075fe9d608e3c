import { describe, expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { runSimulation, SEEDS_OF_A_WORLD } from './run-simulation.ts';

/**
 * Four worlds a file are 1,024 seeds in all. In a soak: SIMULATION_WORLDS=16 SIMULATION_SEED=1,
 * where the seed says which worlds these are.
 */
const WORLDS = Number(process.env['SIMULATION_WORLDS'] ?? 8);
const FIRST_WORLD = (Number(process.env['SIMULATION_SEED'] ?? 0) % 10_000) * WORLDS;
const FILES = 2;
/** Small enough that a thousand take less than a minute on two cores. */
const SIZE = { users: 1, days: 42, activity: 0.25 };
const TIMEOUT_MS = 600_000;

/**
 * Each seed is a user for six weeks. Those of one world share a database and its clock; a
 * failure prints the seed and how to see it again by itself.
 */
export function testShortSeeds({ half }: { readonly half: 0 | 1 }): void {
  const worlds = Math.ceil(WORLDS / FILES);
  const numbers = Array.from({ length: worlds }, (_, index) => FIRST_WORLD + half * worlds + index);
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
