import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../../../platform/database.ts';
import type { OutgoingMail } from '../mailer.ts';

export interface BoxedMail {
  readonly id: number;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly sentMs: number;
}

export interface WholeMail extends BoxedMail {
  readonly text: string;
  readonly html: string;
}

/** Keeps a mail; the same one a second time is one, as a mail program would have it. */
export async function insertBoxed(
  executor: Executor,
  mail: OutgoingMail,
  nowMs: number,
): Promise<void> {
  await executor.sql
    .insertInto('mailbox')
    .values({
      message_id: mail.messageId,
      from_address: mail.from,
      to_address: mail.to,
      subject: mail.subject,
      text_body: mail.text,
      html_body: mail.html,
      sent_at: formatInstant(nowMs),
    })
    .onConflict((conflict) => conflict.column('message_id').doNothing())
    .execute();
}

export interface BoxPage {
  /** Only those before this one. */
  readonly beforeId: number | null;
  readonly limit: number;
}

/** Newest first. */
export async function listBoxed(
  executor: Executor,
  { beforeId, limit }: BoxPage,
): Promise<BoxedMail[]> {
  const all = executor.sql
    .selectFrom('mailbox')
    .select(['id', 'from_address', 'to_address', 'subject', 'sent_at']);
  const rows = await (beforeId === null ? all : all.where('id', '<', beforeId))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(boxedOf);
}

export async function findBoxed(executor: Executor, id: number): Promise<WholeMail | undefined> {
  const row = await executor.sql
    .selectFrom('mailbox')
    .select(['id', 'from_address', 'to_address', 'subject', 'sent_at', 'text_body', 'html_body'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row && { ...boxedOf(row), text: row.text_body, html: row.html_body };
}

function boxedOf(row: {
  readonly id: number;
  readonly from_address: string;
  readonly to_address: string;
  readonly subject: string;
  readonly sent_at: number;
}): BoxedMail {
  return {
    id: row.id,
    from: row.from_address,
    to: row.to_address,
    subject: row.subject,
    sentMs: row.sent_at,
  };
}
