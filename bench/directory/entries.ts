import { systemClock } from '@whisperforge/kernel/clock';
import { createLogger } from '../../server/src/main/logger.ts';
import { compose } from '../../server/src/main/compose.ts';
import { readConfig } from '../../server/src/main/config.ts';
import { openDatabase } from '../../server/src/adapters/postgres/index.ts';
import { SCHEMA } from '../database.ts';

const TOLD_EVERY = 100_000;

/** As `cli directory rebuild` makes them; answers how many seconds it took. */
export async function makeEntries(
  databaseUrl: string,
  tell: (line: string) => void,
): Promise<number> {
  const database = openDatabase({ url: databaseUrl, schema: SCHEMA, applicationName: 'bench' });
  try {
    const config = readConfig({ NODE_ENV: 'test', DATABASE_URL: databaseUrl, ROLE: 'api' });
    const logger = createLogger('silent');
    const { directory } = compose({ config, database, clock: systemClock, logger });
    const fromMs = performance.now();
    await directory.rebuild((made) => {
      if (made % TOLD_EVERY === 0) tell(`${made} entries of the directory …`);
    });
    return (performance.now() - fromMs) / 1_000;
  } finally {
    await database.close();
  }
}
