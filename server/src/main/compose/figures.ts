import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import {
  analyticsRoutes,
  createInputs,
  createSurveyLinks,
  createTraffic,
  createUsageFold,
  followHistories,
  followUse,
  inputsRoutes,
  pressureJob,
  retiredBooksJob,
  surveyLinkRoutes,
  surveyPages,
  trafficJob,
  type RevenueLedger,
} from '../../domains/analytics/index.ts';
import type { Database } from '../../platform/database.ts';
import type { Consumer } from '../../domains/outbox/index.ts';
import type { Job, Round } from '../../platform/jobs.ts';
import type { RawRoute, Route } from '../../platform/routes.ts';
import type { Config } from '../config.ts';
import { keepTraffic, type KeptTraffic } from './traffic.ts';

export interface FiguresParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly publicUrl: () => string;
  readonly ledger: RevenueLedger;
}

/** What the business tells, what is made of it and of all that happens, and the figures. */
export function composeFigures(parts: FiguresParts): {
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
  readonly consumers: readonly Consumer[];
  readonly traffic: KeptTraffic;
} {
  const { config, database, clock, logger, publicUrl, ledger } = parts;
  const links = createSurveyLinks({ database });
  const timeZone = config.reportingTimeZone;
  const currency = config.reportingCurrency;
  const revenue = followHistories(ledger);
  const use = followUse(createUsageFold({ database, clock, timeZone }));
  return {
    routes: [
      ...analyticsRoutes({ database, currency, timeZone }),
      ...inputsRoutes({ inputs: createInputs({ database, clock }), currency }),
      ...surveyLinkRoutes({ links, publicUrl }),
    ],
    rawRoutes: surveyPages({ links }),
    jobs: [pressureJob({ database, timeZone }), trafficJob(database), retiredBooksJob(database)],
    rounds: [revenue.round, use.round],
    consumers: [revenue.consumer, use.consumer],
    traffic: keepTraffic(createTraffic({ database, clock, timeZone }), logger),
  };
}
