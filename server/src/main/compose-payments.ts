import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createStripeGateway } from '../adapters/stripe/index.ts';
import type { CommandDependencies } from '../domains/access/index.ts';
import { createBilling, type Effect, type Projector } from '../domains/billing/index.ts';
import type { Consumer } from '../domains/outbox/index.ts';
import type { Database } from '../platform/database.ts';
import { createBell, type Job, type Round } from '../platform/jobs.ts';
import type { RawRoute, Route } from '../platform/routes.ts';
import type { Config } from './config.ts';

export interface PaymentsParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly commands: CommandDependencies;
}

/** Everything that money moves through, as a part of the application. */
export interface Payments {
  readonly projector: Projector;
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
  readonly consumers: readonly Consumer[];
}

export function composePayments(parts: PaymentsParts): Payments {
  const { config, database, clock, logger, commands } = parts;
  const gateway = createStripeGateway(config.stripe);
  const bell = createBell();
  const effects: Effect[] = [];
  const { projector, rawRoutes } = createBilling({
    database,
    clock,
    gateway,
    access: commands,
    effects,
    onStored: () => bell.ring(),
    onFailure: ({ error, ...failure }) =>
      logger.warn({ ...failure, err: error }, 'a customer of Stripe is not brought up to date'),
  });
  return {
    projector,
    routes: [],
    rawRoutes,
    jobs: [],
    rounds: [{ name: 'what Stripe has told', work: (signal) => projector.work(signal), bell }],
    consumers: [],
  };
}
