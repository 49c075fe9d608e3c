import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import { audienceOf, type NewMail } from './mail-data.ts';

/** Puts mails on their way with the transaction that gives reason for them; each key once. */
export async function queueMails(tx: Tx, mails: readonly NewMail[], nowMs: number): Promise<void> {
  if (mails.length === 0) return;
  await tx.sql
    .insertInto('mail_messages')
    .values(
      mails.map(({ key, kind, data, accountId, dueMs }) => ({
        key,
        kind,
        account_id: accountId,
        audience: audienceOf(kind),
        data: JSON.stringify(data),
        due_at: formatInstant(dueMs),
        created_at: formatInstant(nowMs),
      })),
    )
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
}

export function queueMail(tx: Tx, mail: NewMail, nowMs: number): Promise<void> {
  return queueMails(tx, [mail], nowMs);
}

/** A mail that somebody has taken up to send. */
export interface ClaimedMail {
  readonly id: number;
  readonly key: string;
  readonly accountId: number;
  readonly kind: string;
  /** Of the kind that is named; whoever writes the mail holds the two together. */
  readonly data: unknown;
  /** 1 at the first attempt. */
  readonly attempt: number;
}

/** Longer than sending takes: a mail server is given up after a minute or two. */
const LEASE = sql`interval '5 minutes'`;

/** Takes mails that are due and that nobody is at, those first that are due longest. */
export async function claimDueMails(
  executor: Executor,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<ClaimedMail[]> {
  const { rows } = await sql<{
    id: number;
    key: string;
    account_id: number;
    kind: string;
    data: unknown;
    attempts: number;
  }>`
    UPDATE mail_messages
    SET attempts = attempts + 1, held_until = clock_timestamp() + ${LEASE}
    WHERE id IN (
      SELECT id FROM mail_messages
      WHERE state = 'waiting' AND due_at <= ${formatInstant(nowMs)}
        AND (held_until IS NULL OR held_until <= clock_timestamp())
      ORDER BY due_at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    RETURNING id, key, account_id, kind, data, attempts
  `.execute(executor.sql);
  return rows
    .map(({ account_id: accountId, attempts: attempt, ...row }) => ({ ...row, accountId, attempt }))
    .toSorted((a, b) => a.id - b.id);
}

export type MailOutcome =
  | {
      readonly kind: 'sent';
      readonly to: string;
      readonly subject: string;
      readonly messageId: string;
      readonly nowMs: number;
    }
  | { readonly kind: 'dropped'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: string }
  | { readonly kind: 'retry'; readonly error: string; readonly waitMs: number };

/** Notes how it went; answers whether it was still this attempt's to say. */
export async function settleMail(
  executor: Executor,
  { id, attempt }: Pick<ClaimedMail, 'id' | 'attempt'>,
  outcome: MailOutcome,
): Promise<boolean> {
  const { numUpdatedRows } = await executor.sql
    .updateTable('mail_messages')
    .set(columnsOf(outcome))
    .where('id', '=', id)
    .where('attempts', '=', attempt)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

function columnsOf(outcome: MailOutcome) {
  switch (outcome.kind) {
    case 'sent':
      return {
        state: 'sent',
        to_address: outcome.to,
        subject: outcome.subject,
        message_id: outcome.messageId,
        sent_at: formatInstant(outcome.nowMs),
        held_until: null,
        last_error: null,
      };
    case 'dropped':
      return { state: 'dropped', held_until: null, last_error: outcome.reason };
    case 'failed':
      return { state: 'failed', held_until: null, last_error: outcome.error };
    case 'retry':
      return {
        last_error: outcome.error,
        held_until: sql<string>`clock_timestamp() + ${outcome.waitMs} * interval '1 millisecond'`,
      };
  }
}

export interface WaitingMail {
  readonly kind: string;
  readonly audience: string;
  readonly dueMs: number;
  readonly attempts: number;
  readonly lastError: string | null;
}

/** Those that are still to be sent, the next one first. */
export async function listWaitingMails(executor: Executor, limit: number): Promise<WaitingMail[]> {
  const rows = await executor.sql
    .selectFrom('mail_messages')
    .select(['kind', 'audience', 'due_at', 'attempts', 'last_error'])
    .where('state', '=', 'waiting')
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ due_at: dueMs, last_error: lastError, ...row }) => ({
    ...row,
    dueMs,
    lastError,
  }));
}
