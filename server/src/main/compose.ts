import { accessRoutes, staffAccessRoutes } from '../domains/access/index.ts';
import {
  accountsJobs,
  accountsRoutes,
  sessionsRawRoutes,
  sessionsRoutes,
  type Sessions,
} from '../domains/accounts/index.ts';
import { createInsight, type Insight, type Traffic } from '../domains/analytics/index.ts';
import { loadCodeRevenue, type CataloguePush, type Operations } from '../domains/billing/index.ts';
import type { Directory } from '../domains/directory/index.ts';
import { keysJobs, keysRoutes, type Answers, type Keys } from '../domains/keys/index.ts';
import { outboxJobs, outboxRoutes, type Consumer } from '../domains/outbox/index.ts';
import { plansRoutes, plansStaffRoutes } from '../domains/plans/index.ts';
import { pricingStaffRoutes, quotesRoutes } from '../domains/pricing/index.ts';
import type { StaffDomain } from '../domains/staff/index.ts';
import { usageJobs, usageRoutes } from '../domains/usage/index.ts';
import type { Job, Round } from '../platform/jobs.ts';
import type { RawRoute, Route } from '../platform/routes.ts';
import { composeDomains, type Domains, type Parts } from './compose/domains.ts';
import { composeFigures } from './compose/figures.ts';
import { loadFirstCatalogue } from './compose/first-catalogue.ts';
import { composeOffice } from './compose/office.ts';
import { accountPageRoutes } from './pages/account-pages.ts';
import { adminPageRoutes } from './pages/admin-pages.ts';

/** The business, put together: what is offered over HTTP, what ticks, and who hears of what. */
export interface Application {
  readonly keys: Keys;
  readonly sessions: Sessions;
  readonly staff: StaffDomain;
  readonly answers: Answers;
  readonly stripe: Operations;
  readonly catalogue: CataloguePush;
  readonly directory: Directory;
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
  readonly consumers: readonly Consumer[];
  /** To be told of each request that was answered. */
  readonly measure: Traffic['measure'];
  /** To be awaited before the first request. */
  start(): Promise<void>;
  /**
   * To be told what was announced on the channel `configuration`: `secret_keys`, `catalog`, or
   * `all` when announcements may have been missed.
   */
  onAnnouncement(what: string): void;
  /** To be awaited before requests are drained: answers that go on for ever end. */
  endStreams(): Promise<void>;
  /** To be awaited after the last request: what was accepted is booked. */
  close(): Promise<void>;
}

/** Builds every domain, lowest rank first. */
export function compose(parts: Parts): Application {
  const domains = composeDomains(parts);
  const { keys, sessions, staff, answers, catalog, origins, publicUrl, payments } = domains;
  const { audit, accounts, access, usage, lookup, quotes, commands, directory } = domains;
  const { database, variables = process.env } = parts;
  const insight = insightOf(parts, staff);
  const stripe = payments.operations;
  const figures = composeFigures({ ...parts, publicUrl, ledger: domains.ledger });
  const jobs = [...jobsOf(parts, domains), ...figures.jobs];
  return {
    keys,
    sessions,
    staff,
    answers,
    stripe,
    catalogue: payments.selling.catalogue,
    directory,
    routes: [
      ...audit.routes,
      ...outboxRoutes({ database }),
      ...keysRoutes({ keys, mode: parts.config.environment === 'production' ? 'live' : 'test' }),
      ...plansRoutes(catalog),
      ...plansStaffRoutes({ database, catalog }),
      ...quotesRoutes(quotes),
      ...pricingStaffRoutes({ ...domains, database, loadRevenue: loadCodeRevenue }),
      ...accountsRoutes(accounts),
      ...staff.routes,
      ...sessionsRoutes({ sessions, origins, publicUrl }),
      ...usageRoutes({ usage, catalog }),
      ...accessRoutes({ access, catalog }),
      ...staffAccessRoutes({ ...commands, access, accounts, graceDays: parts.config.graceDays }),
      ...payments.routes,
      ...figures.routes,
      ...insight.routes,
      ...composeOffice({ ...parts, variables, jobs, stripe }),
      ...directory.routes,
    ],
    rawRoutes: [
      ...staff.rawRoutes,
      ...sessionsRawRoutes({ sessions, publicUrl }),
      ...payments.rawRoutes,
      ...figures.rawRoutes,
      ...accountPageRoutes(),
      ...adminPageRoutes(),
    ],
    jobs,
    rounds: [...audit.rounds, ...payments.rounds, ...figures.rounds, ...directory.rounds],
    consumers: [
      ...staff.consumers,
      ...payments.consumers,
      ...figures.consumers,
      ...directory.consumers,
    ],
    measure: figures.traffic.measure,
    async start() {
      await start(parts, domains);
      figures.traffic.begin();
    },
    onAnnouncement: (what) => onAnnouncement(what, { parts, domains, insight }),
    endStreams: () => insight.live.close(),
    async close() {
      await lookup.close();
      await usage.close();
      await figures.traffic.end();
    },
  };
}

function onAnnouncement(
  what: string,
  of: { readonly parts: Parts; readonly domains: Domains; readonly insight: Insight },
): void {
  const { keys, payments, catalog } = of.domains;
  if (what === 'secret_keys' || what === 'all') keys.invalidate();
  payments.onAnnouncement(what);
  of.insight.live.onAnnouncement(what);
  if (what !== 'catalog' && what !== 'all') return;
  catalog.invalidate();
  // At once, for those who look a feature up before any row tells them of a newer version.
  const { logger } = of.parts;
  catalog.latest().catch((err: unknown) => logger.warn({ err }, 'the catalogue is not read'));
}

function insightOf({ config, database, logger }: Parts, staff: StaffDomain): Insight {
  const timeZone = config.reportingTimeZone;
  const onFailure = (err: unknown): void => logger.warn({ err }, 'news are not read');
  return createInsight({ database, staff, timeZone, onFailure });
}

function jobsOf({ database }: Parts, domains: Domains): Job[] {
  const { audit, answers, staff, payments, directory } = domains;
  return [
    ...audit.jobs,
    ...outboxJobs(database),
    ...keysJobs(answers),
    ...staff.jobs,
    ...accountsJobs(database),
    ...usageJobs(database),
    ...payments.jobs,
    ...directory.jobs,
  ];
}

async function start(
  { config, clock, logger }: Parts,
  { pricing, catalog, payments, ledger }: Domains,
): Promise<void> {
  if (await loadFirstCatalogue(pricing, clock.nowMs())) logger.info('loaded the first catalogue');
  await catalog.load();
  await ledger.ensure({ profile: 'stripe', timeZone: config.reportingTimeZone });
  if (config.role === 'api') return;
  // Nobody waits for it: what is missing at Stripe is made at the latest when it is sold.
  payments.selling.catalogue
    .push()
    .catch((err: unknown) => logger.warn({ err }, 'the catalogue is not pushed to Stripe'));
}
