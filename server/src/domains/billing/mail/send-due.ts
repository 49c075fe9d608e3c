import { createHash } from 'node:crypto';
import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { publish } from '../../outbox/index.ts';
import { composeMail, type ComposeSources } from './compose-mail.ts';
import { mailRetryMs } from './decide-retry.ts';
import { audienceOf } from './mail-data.ts';
import { MAIL_REFUSED, type Mailer } from './mailer.ts';
import {
  claimDueMails,
  queueMail,
  settleMail,
  type ClaimedMail,
  type MailOutcome,
} from './store.ts';
import { isMailKind } from './templates/templates.ts';

export interface PostOptions extends ComposeSources {
  readonly clock: Clock;
  readonly mailer: Mailer;
  /** Told of each failure, for the log. */
  readonly onFailure?: (failure: MailFailure) => void;
}

export interface MailFailure {
  readonly mailId: number;
  readonly kind: string;
  readonly attempt: number;
  readonly isGivenUp: boolean;
  readonly error: unknown;
}

const MAILS_AT_ONCE = 5;

/** Sends some of the mails that are due; answers how many it took up. */
export async function sendDueMails(options: PostOptions, signal: AbortSignal): Promise<number> {
  if (signal.aborted) return 0;
  const due = { nowMs: options.clock.nowMs(), limit: MAILS_AT_ONCE };
  const mails = await claimDueMails(options.database, due);
  await Promise.all(mails.map((mail) => sendOne(options, mail, signal)));
  return mails.length;
}

async function sendOne(
  options: PostOptions,
  mail: ClaimedMail,
  signal: AbortSignal,
): Promise<void> {
  let outcome: MailOutcome;
  try {
    outcome = await attempt(options, mail, signal);
  } catch (error) {
    outcome = failureOf(mail, error);
    const { id: mailId, kind } = mail;
    const isGivenUp = outcome.kind === 'failed';
    options.onFailure?.({ mailId, kind, attempt: mail.attempt, isGivenUp, error });
  }
  if (outcome.kind === 'failed') await giveUp(options, mail, outcome);
  else await settleMail(options.database, mail, outcome);
}

/** Writes the mail as things stand now, and sends it if there is still reason to. */
async function attempt(
  options: PostOptions,
  mail: ClaimedMail,
  signal: AbortSignal,
): Promise<MailOutcome> {
  const nowMs = options.clock.nowMs();
  const composed = await composeMail(options, mail, nowMs);
  if (composed.kind === 'stale') return { kind: 'dropped', reason: composed.reason };
  const { to, rendered } = composed;
  if (to === undefined) return { kind: 'dropped', reason: 'nobody of the staff is to be told' };
  const messageId = messageIdOf(mail.key, options.from);
  await options.mailer.send({ to, from: options.from, messageId, ...rendered }, signal);
  return { kind: 'sent', to, subject: rendered.subject, messageId, nowMs };
}

/** Of the sender's domain, and the same whenever the same mail is sent. */
function messageIdOf(key: string, from: string): string {
  const domain = /@([^<>@\s]+?)>?$/.exec(from)?.[1] ?? 'localhost';
  const digest = createHash('sha256').update(key).digest('hex').slice(0, DIGEST_LENGTH);
  return `<${digest}@${domain}>`;
}

const DIGEST_LENGTH = 40;
const LONGEST_ERROR = 1_000;

function failureOf({ attempt: attempts }: ClaimedMail, error: unknown): MailOutcome {
  const message = error instanceof Error ? error.message : String(error);
  const told = message.slice(0, LONGEST_ERROR);
  const isRefused = error instanceof AppError && error.code === MAIL_REFUSED.code;
  const waitMs = isRefused ? null : mailRetryMs(attempts);
  return waitMs === null ? { kind: 'failed', error: told } : { kind: 'retry', error: told, waitMs };
}

/** A customer who cannot be reached by mail is for a person to reach. */
async function giveUp(
  { database, clock, staffEmail }: PostOptions,
  mail: ClaimedMail,
  outcome: MailOutcome & { readonly kind: 'failed' },
): Promise<void> {
  const nowMs = clock.nowMs();
  const { id: mailId, accountId, kind } = mail;
  await database.transaction(async (tx) => {
    if (!(await settleMail(tx, mail, outcome))) return;
    const payload = { mail: mailId, kind };
    await publish(tx, [{ topic: 'billing.mail_failed', accountId, payload, recordedMs: nowMs }]);
    const isToStaff = isMailKind(kind) && audienceOf(kind) === 'staff';
    if (staffEmail === undefined || isToStaff) return;
    const data = {
      title: 'a mail cannot be delivered',
      text: `The mail ${kind} was given up: ${outcome.error}`,
    };
    const key = `mail_failed:${mailId}`;
    await queueMail(tx, { key, kind: 'staff_attention', data, accountId, dueMs: nowMs }, nowMs);
  });
}
