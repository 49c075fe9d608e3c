import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createAccess } from '../../domains/access/index.ts';
import {
  createAccounts,
  createOrigins,
  createSessions,
  loadAnchors,
} from '../../domains/accounts/index.ts';
import { createRevenueLedger } from '../../domains/analytics/index.ts';
import { findTrials } from '../../domains/billing/index.ts';
import { createDirectory } from '../../domains/directory/index.ts';
import { createAnswers, createKeys } from '../../domains/keys/index.ts';
import { createCatalogCache } from '../../domains/plans/index.ts';
import {
  createDrafts,
  createPricing,
  createQuotes,
  type LoadPurchases,
} from '../../domains/pricing/index.ts';
import { hasSubscribed, loadFacts } from '../../domains/subscriptions/index.ts';
import { createLookup, createUsage, type Usage } from '../../domains/usage/index.ts';
import type { Database } from '../../platform/database.ts';
import type { Config, Variables } from '../config.ts';
import { composeAudit } from './audit.ts';
import type { OfficeParts } from './office.ts';
import { composePayments } from './payments.ts';
import { composeStaff } from './staff.ts';

/** What an application is made of. */
export interface Parts {
  readonly config: Config;
  /** What the process was started with; its own environment where nothing is said. */
  readonly variables?: Variables | undefined;
  readonly database: Database;
  readonly clock: Clock;
  /** By which members of staff are signed in; the business clock where nothing is said. */
  readonly staffClock?: Clock | undefined;
  readonly logger: Logger;
  /** The demo company beside it, where there is one. */
  readonly readDemo?: OfficeParts['readDemo'];
  /** Where browsers reach this server, which is known when it listens; as configured otherwise. */
  readonly publicUrl?: () => string;
}

export type Domains = ReturnType<typeof composeDomains>;

/** The domains that others are composed of, lowest rank first. */
export function composeDomains({ config, database, clock, logger, ...parts }: Parts) {
  const configured = config.appUrl ?? `http://${config.host}:${config.port}`;
  const publicUrl = parts.publicUrl ?? ((): string => configured);
  const origins = createOrigins({ ...config, publicUrl });
  const catalog = createCatalogCache({ database });
  const accounts = createAccounts({ database });
  const loadPurchases: LoadPurchases = async (executor, accountId) => {
    const hasPurchased = await hasSubscribed(executor, accountId);
    const { hasTried } = await findTrials(executor, accountId);
    return { hasPurchased, mayTry: !hasPurchased && !hasTried };
  };
  const quotes = createQuotes({ database, catalog, accounts, loadPurchases });
  const usage = createUsage({
    database,
    clock,
    catalog,
    sources: { graceDays: config.graceDays, loadFacts, loadAnchors },
  });
  const refresh: Usage['refresh'] = (wanted) => usage.refresh(wanted);
  const lookup = createLookup({ database, clock, catalog, refresh });
  const access = createAccess({ database, clock, accounts, catalog, usage, lookup });
  const commands = { database, catalog, usage };
  const drafts = createDrafts({ database, catalog });
  const selling = { accounts, access, quotes, drafts, loadPurchases, origins, publicUrl };
  const payments = composePayments({ config, database, clock, logger, commands, ...selling });
  return {
    audit: composeAudit({ config, database, clock, logger }),
    keys: createKeys({ database, clock }),
    answers: createAnswers({ database }),
    sessions: createSessions({ database }),
    staff: composeStaff({
      config,
      database,
      clock,
      publicUrl,
      staffClock: parts.staffClock ?? clock,
    }),
    pricing: createPricing({ database }),
    drafts,
    payments,
    ledger: createRevenueLedger({ database, clock }),
    directory: createDirectory({
      ...commands,
      clock,
      access,
      accounts,
      graceDays: config.graceDays,
      giveDiscount: payments.selling.giveDiscount,
      endGivenDiscount: payments.selling.endGivenDiscount,
      repeatGiven: payments.selling.repeatGiven,
    }),
    commands,
    origins,
    publicUrl,
    catalog,
    accounts,
    quotes,
    usage,
    lookup,
    access,
  };
}
