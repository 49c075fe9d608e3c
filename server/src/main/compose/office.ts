import { pendingMigrations } from '../../adapters/postgres/index.ts';
import { readPendingRevenue } from '../../domains/analytics/index.ts';
import { readUnsealed } from '../../domains/audit/index.ts';
import { readUnsentMails, type Operations } from '../../domains/billing/index.ts';
import { operationsRoutes, type DemoCompany } from '../../domains/operations/index.ts';
import { readUndelivered } from '../../domains/outbox/index.ts';
import { jobsStaffRoutes } from '../../jobs/index.ts';
import type { Backlog } from '../../platform/backlog.ts';
import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import type { Route } from '../../platform/routes.ts';
import type { Config, Variables } from '../config.ts';
import { requireDatabaseUrl } from '../database-url.ts';
import { readSettings } from '../settings.ts';
import packageFile from '../../../package.json' with { type: 'json' };

export interface OfficeParts {
  readonly config: Config;
  readonly database: Database;
  /** What the process was started with. */
  readonly variables: Variables;
  readonly jobs: readonly Job[];
  readonly stripe: Operations;
  /** The demo company beside it, where there is one. */
  readonly readDemo?: (() => DemoCompany | undefined) | undefined;
}

/** What those of the staff look at who run the system. */
export function composeOffice(parts: OfficeParts): readonly Route[] {
  const { config, database, variables, jobs, stripe } = parts;
  const { databaseSchema: schema } = config;
  return [
    ...stripe.routes,
    ...jobsStaffRoutes({ database, schema: `${schema}_worker`, jobs }),
    ...operationsRoutes({
      database,
      version: packageFile.version,
      uptimeMs: () => process.uptime() * 1_000,
      pendingMigrations: () =>
        pendingMigrations({ databaseUrl: requireDatabaseUrl(config), schema }),
      backlogs: [
        { name: 'sealer', read: () => readUnsealed(database) },
        { name: 'inbox', read: () => readInbox(stripe) },
        { name: 'outbox', read: () => readUndelivered(database) },
        { name: 'mails', read: (nowMs) => readUnsentMails(database, nowMs) },
        { name: 'ledger', read: () => readPendingRevenue(database) },
      ],
      lastSweepMs: async () => (await stripe.inspection.status()).lastSweepMs,
      checkpointFile: config.audit.checkpointFile,
      readSettings: () => readSettings(variables),
      readDemo: parts.readDemo ?? (() => undefined),
    }),
  ];
}

async function readInbox({ inspection }: Operations): Promise<Backlog> {
  const { waiting, failed, oldestWaitingMs: oldestMs } = await inspection.status();
  return { waiting, failed, oldestMs };
}
