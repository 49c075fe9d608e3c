import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { createSmtpMailer } from '../../adapters/mail/index.ts';
import { createStripeGateway } from '../../adapters/stripe/index.ts';
import { toldEffect } from '../../domains/analytics/index.ts';
import type { Access, CommandDependencies } from '../../domains/access/index.ts';
import type { Accounts, Origins } from '../../domains/accounts/index.ts';
import {
  createBilling,
  createBillingMail,
  sellingEffects,
  createPlanMoves,
  createSelling,
  inboxStaffRoutes,
  INBOX_NEWS,
  type BillingMail,
  type Effect,
  type Operations,
  type Projector,
  type Selling,
} from '../../domains/billing/index.ts';
import type { Consumer } from '../../domains/outbox/index.ts';
import type { Drafts, LoadPurchases, Quotes } from '../../domains/pricing/index.ts';
import type { Database } from '../../platform/database.ts';
import { createBell, type Job, type Round } from '../../platform/jobs.ts';
import type { RawRoute, Route } from '../../platform/routes.ts';
import { composeOperations } from './operations.ts';
import type { Config } from '../config.ts';

export interface PaymentsParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly commands: CommandDependencies;
  readonly accounts: Accounts;
  readonly access: Access;
  readonly quotes: Quotes;
  readonly drafts: Drafts;
  readonly loadPurchases: LoadPurchases;
  readonly origins: Origins;
  readonly publicUrl: () => string;
}

/** Everything that money moves through, as a part of the application. */
export interface Payments {
  readonly projector: Projector;
  /** What operators do, from the command line. */
  readonly operations: Operations;
  readonly selling: Selling;
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
  readonly consumers: readonly Consumer[];
  /** To be told what was announced on the channel `configuration`. */
  onAnnouncement(what: string): void;
}

export function composePayments(parts: PaymentsParts): Payments {
  const { config, database, clock, logger, commands } = parts;
  const gateway = createStripeGateway(config.stripe);
  const bell = createBell();
  const mail = composeMail(parts);
  const effects: Effect[] = [...sellingEffects(config.graceDays), ...mail.effects, toldEffect];
  const onStored = (): void => bell.ring();
  const { projector, naming, rawRoutes } = createBilling({
    database,
    clock,
    gateway,
    access: commands,
    effects,
    onStored,
    bell,
    hasStaff: config.mail.staffEmail !== undefined,
    onFailure: ({ error, ...failure }) =>
      logger.warn({ ...failure, err: error }, 'a customer of Stripe is not brought up to date'),
  });
  const selling = createSelling({
    ...parts,
    gateway,
    projector,
    graceDays: config.graceDays,
    onConflict: (conflict) => logger.warn(conflict, 'a price at Stripe is another than here'),
  });
  const moves = createPlanMoves({ ...parts, ...commands, changes: selling.changes });
  const operations = composeOperations(parts, { gateway, projector, effects, onStored });
  return {
    projector,
    operations,
    selling,
    routes: [
      ...inboxStaffRoutes({ database, onReplayed: onStored }),
      ...selling.routes,
      ...moves.routes,
      ...mail.routes,
    ],
    rawRoutes: [...rawRoutes, ...mail.rawRoutes],
    jobs: [...selling.jobs, ...mail.jobs, ...operations.jobs],
    rounds: [
      { name: 'what Stripe has told', work: (signal) => projector.work(signal), bell },
      { name: 'what Stripe has told of invoices', work: (signal) => naming.work(signal), bell },
      ...mail.rounds,
      ...moves.rounds,
      ...operations.rounds,
    ],
    consumers: [...selling.consumers],
    onAnnouncement(what) {
      if (what === INBOX_NEWS || what === 'all') bell.ring();
    },
  };
}

/** Mails by SMTP where it is set up, and onto the mailbox page where it is not. */
function composeMail({ config, logger, commands, ...parts }: PaymentsParts): BillingMail {
  const { mail, graceDays, environment } = config;
  return createBillingMail({
    ...parts,
    mail,
    graceDays,
    catalog: commands.catalog,
    mailer: mail.smtpUrl === undefined ? undefined : createSmtpMailer({ url: mail.smtpUrl }),
    showsMailbox: environment !== 'production',
    onFailure: ({ error, ...failure }) =>
      logger.warn({ ...failure, err: error }, 'a mail is not sent'),
  });
}
