import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createKeys, type Keys } from '../domains/keys/index.ts';
import { outboxJobs, type Consumer } from '../domains/outbox/index.ts';
import type { Database } from '../platform/database.ts';
import type { Job } from '../platform/jobs.ts';
import type { Route } from '../platform/routes.ts';
import type { Config } from './config.ts';

export interface Parts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The business, put together: what is offered over HTTP, what ticks, and who hears of what. */
export interface Application {
  readonly keys: Keys;
  readonly routes: readonly Route[];
  readonly jobs: readonly Job[];
  readonly consumers: readonly Consumer[];
  /**
   * To be told what was announced on the channel `configuration`: `secret_keys`, `catalog`, or
   * `all` when announcements may have been missed.
   */
  onAnnouncement(what: string): void;
}

/** Builds every domain, lowest rank first. */
export function compose({ database, clock }: Parts): Application {
  const keys = createKeys({ database, clock });
  return {
    keys,
    routes: [],
    jobs: [...outboxJobs(database)],
    consumers: [],
    onAnnouncement(what) {
      if (what === 'secret_keys' || what === 'all') keys.invalidate();
    },
  };
}
