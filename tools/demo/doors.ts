import { manualClock, type Clock, type ManualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../server/src/adapters/postgres/index.ts';
import type { CommandDependencies } from '../../server/src/domains/access/index.ts';
import {
  createAccounts,
  loadAnchors,
  type Accounts,
} from '../../server/src/domains/accounts/index.ts';
import { createInputs } from '../../server/src/domains/analytics/index.ts';
import { createCatalogCache } from '../../server/src/domains/plans/index.ts';
import { createPricing } from '../../server/src/domains/pricing/index.ts';
import { loadFacts } from '../../server/src/domains/subscriptions/index.ts';
import { createUsage } from '../../server/src/domains/usage/index.ts';
import type { Config } from '../../server/src/main/config.ts';

/** The services through which a company is made, and nothing beside them. */
export interface Doors {
  readonly accounts: Accounts;
  readonly commands: CommandDependencies;
  readonly inputs: ReturnType<typeof createInputs>;
  readonly pricing: ReturnType<typeof createPricing>;
  /** By which use is booked; it walks from week to week. */
  readonly walking: ManualClock;
  close(): Promise<void>;
}

export interface DoorsOptions {
  readonly url: string;
  readonly config: Pick<Config, 'databaseSchema' | 'graceDays'>;
  /** The server's. */
  readonly clock: Clock;
  readonly beginMs: number;
  /** A clock that somebody else lives by too, where there is one. */
  readonly walking?: ManualClock;
}

/** Of connections, so that the server beside it finds Postgres free. */
const CONNECTIONS = 6;

export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { url, config, clock, beginMs } = options;
  const database: PostgresDatabase = openDatabase({
    url,
    schema: config.databaseSchema,
    applicationName: 'whisperforge demo',
    maxConnections: CONNECTIONS,
  });
  const walking = options.walking ?? manualClock(beginMs);
  const catalog = createCatalogCache({ database });
  const sources = { graceDays: config.graceDays, loadFacts, loadAnchors };
  const usage = createUsage({ database, clock: walking, catalog, sources });
  await catalog.load();
  return {
    accounts: createAccounts({ database }),
    commands: { database, catalog, usage },
    inputs: createInputs({ database, clock }),
    pricing: createPricing({ database }),
    walking,
    async close() {
      await usage.close();
      await database.close();
    },
  };
}

/** Who is on record as having done what the company did. */
export const DEMO_ACTOR = { kind: 'system', id: 'demo' } as const;
