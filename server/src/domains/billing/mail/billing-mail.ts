import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import type { Job, Round } from '../../../platform/jobs.ts';
import type { RawRoute, Route } from '../../../platform/routes.ts';
import type { Accounts } from '../../accounts/index.ts';
import type { CatalogCache } from '../../plans/index.ts';
import { dunningEffect } from '../dunning/effect.ts';
import { dunningJobs } from '../dunning/jobs.ts';
import { invoicesRoutes } from '../invoices/routes.ts';
import type { Effect } from '../projection/effect.ts';
import { createMailbox } from './mailbox/mailbox.ts';
import { mailboxRoutes } from './mailbox/routes.ts';
import type { Mailer } from './mailer.ts';
import { newsEffect } from './news/effect.ts';
import { sendDueMails, type MailFailure } from './send-due.ts';
import { mailStaffRoutes } from './staff/routes.ts';
import { mailTemplateRoutes } from './staff/templates/routes.ts';

export interface BillingMailOptions {
  readonly database: Database;
  readonly catalog: CatalogCache;
  readonly accounts: Accounts;
  readonly clock: Clock;
  /** Undefined where mails are shown on the mailbox page instead of being sent. */
  readonly mailer: Mailer | undefined;
  readonly mail: { readonly from: string; readonly staffEmail: string | undefined };
  readonly graceDays: number;
  readonly publicUrl: () => string;
  /** Where the mailbox page may be; never in production. */
  readonly showsMailbox: boolean;
  /** Told of each failure, for the log. */
  readonly onFailure?: (failure: MailFailure) => void;
}

export interface BillingMail {
  readonly effects: readonly Effect[];
  readonly jobs: readonly Job[];
  /** Sends the mails that are due. */
  readonly rounds: readonly Round[];
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
}

/** What customers and staff are told of payments, and the invoices that they can look up. */
export function createBillingMail(options: BillingMailOptions): BillingMail {
  const { database, accounts, graceDays } = options;
  const { from, staffEmail } = options.mail;
  const hasStaff = staffEmail !== undefined;
  const mailer = options.mailer ?? createMailbox(options);
  const post = { ...options, from, staffEmail, mailer };
  return {
    effects: [dunningEffect({ graceDays, hasStaff }), newsEffect({ hasStaff })],
    jobs: dunningJobs({ ...options, hasStaff }),
    rounds: [{ name: 'the mails', work: (signal) => sendDueMails(post, signal) }],
    routes: [
      ...invoicesRoutes({ database, accounts }),
      ...mailStaffRoutes(post),
      ...mailTemplateRoutes(post),
    ],
    rawRoutes: options.showsMailbox ? mailboxRoutes(database) : [],
  };
}
