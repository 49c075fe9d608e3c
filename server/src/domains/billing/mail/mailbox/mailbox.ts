import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import type { Mailer } from '../mailer.ts';
import { insertBoxed } from './store.ts';

export interface MailboxOptions {
  readonly database: Database;
  readonly clock: Clock;
}

/** Where mails go in development: onto a page, and to nobody. */
export function createMailbox({ database, clock }: MailboxOptions): Mailer {
  return { send: (mail) => insertBoxed(database, mail, clock.nowMs()) };
}
