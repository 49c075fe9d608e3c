import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { randomFrom } from './random.ts';
import type { Scenario } from './stage.ts';

/**
 * Plays a scenario on the databases of the tests and throws what does not hold, with its seed.
 * SCENARIO_SEED repeats one.
 */
export async function expectToHold<Size>(scenario: Scenario<Size>, size: Size): Promise<void> {
  const given = Number(process.env['SCENARIO_SEED']);
  const seed = given > 0 ? given : crypto.getRandomValues(new Uint32Array(1))[0]!;
  const databases: TestDatabase[] = [];
  console.log(`${scenario.name}: SCENARIO_SEED=${seed}`);
  try {
    await scenario(
      {
        seed,
        random: randomFrom(seed),
        say: (line) => console.log(`${scenario.name}: ${line}`),
        async newDatabase() {
          const database = await createTestDatabase();
          databases.push(database);
          return database.url;
        },
      },
      size,
    );
  } catch (error) {
    throw new Error(`does not hold with SCENARIO_SEED=${seed}`, { cause: error });
  } finally {
    for (const database of databases) await database.drop();
  }
}
