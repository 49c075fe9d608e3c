import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../../../server/src/adapters/postgres/index.ts';
import { compose } from '../../../server/src/main/compose.ts';
import type { Config } from '../../../server/src/main/config.ts';
import { createLogger } from '../../../server/src/main/logger.ts';
import { openDoors } from '../doors.ts';
import type { Founded } from '../fill.ts';
import { writeJournal } from '../journal.ts';
import { playCards } from './cards.ts';

export interface CardsFoundation {
  /** With what it has to know of Stripe. */
  readonly config: Config;
  readonly url: string;
  readonly founded: Founded;
  readonly goOn: () => void;
}

const CONNECTIONS = 4;

/**
 * Gives card payers their past, before anybody listens to Stripe: what they did months ago is read
 * as of then, by an application whose clock goes with theirs, and is told to nobody as news.
 */
export async function foundCards(foundation: CardsFoundation): Promise<Founded> {
  const { config, url, founded, goOn } = foundation;
  const { company } = founded;
  const { endMs, beginMs } = company.story;
  const { apiBase, secretKey } = config.stripe;
  if (founded.journal.isComplete || apiBase === undefined) return founded;
  const clock = manualClock(beginMs);
  const { databaseSchema: schema } = config;
  const database = openDatabase({
    url,
    schema,
    applicationName: 'whisperforge demo cards',
    maxConnections: CONNECTIONS,
  });
  const doors = await openDoors({ url, config, clock, beginMs, walking: clock });
  let { journal } = founded;
  try {
    const past = { ...config, databaseUrl: url, role: 'api' } as const;
    const logger = createLogger('silent');
    const application = compose({ config: past, database, clock, logger });
    await application.catalogue.push();
    await playCards(
      {
        doors,
        stripe: { apiBase, secretKey },
        journal,
        goOn,
        onDone(cards) {
          journal = { ...journal, cards };
          writeJournal(config.dataDir, journal);
        },
        async look({ customerId, accountId }) {
          await application.stripe.adopt(customerId, accountId);
        },
      },
      endMs,
    );
  } finally {
    await doors.close();
    await database.close();
  }
  return { ...founded, journal };
}
