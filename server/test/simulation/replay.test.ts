import { expect, test } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { runSimulation, SEEDS_OF_A_WORLD, type SimulationResult } from './run-simulation.ts';

async function run(seeds: readonly number[]): Promise<SimulationResult> {
  const database = await createTestDatabase();
  try {
    return await runSimulation({ seeds, users: 2, days: 40, databaseUrl: database.url });
  } finally {
    await database.drop();
  }
}

test('a seed gives the same run again, alone or beside others', async () => {
  const first = 5 * SEEDS_OF_A_WORLD;
  const together = await run([first, first + 1, first + 2]);
  const alone = await run([first + 1]);
  expect(alone.digests.get(first + 1)).toBe(together.digests.get(first + 1));
  expect(new Set(together.digests.values()).size).toBe(3);
});

test('seeds of different worlds cannot share one', async () => {
  const seeds = [SEEDS_OF_A_WORLD - 1, SEEDS_OF_A_WORLD];
  await expect(runSimulation({ seeds, users: 1, days: 1, databaseUrl: '' })).rejects.toThrow(
    'one world',
  );
});
