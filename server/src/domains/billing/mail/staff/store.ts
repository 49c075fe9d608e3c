import type { Executor } from '../../../../platform/database.ts';

export const MAIL_STATES = ['waiting', 'sent', 'failed', 'dropped'] as const;

/** A mail as somebody looks at it who wants to know what became of it. */
export interface InspectedMail {
  readonly id: number;
  readonly kind: string;
  readonly audience: string;
  readonly accountId: number;
  readonly data: unknown;
  readonly state: string;
  readonly to: string | null;
  readonly subject: string | null;
  readonly dueMs: number;
  readonly sentMs: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
}

export interface MailFilter {
  readonly state?: string;
  readonly kind?: string;
  readonly accountId?: number;
  /** Mails older than this one. */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Newest first. */
export async function listMails(
  executor: Executor,
  { state, kind, accountId, beforeId, limit }: MailFilter,
): Promise<InspectedMail[]> {
  const rows = await selectMails(executor)
    .$if(state !== undefined, (all) => all.where('state', '=', state ?? ''))
    .$if(kind !== undefined, (all) => all.where('kind', '=', kind ?? ''))
    .$if(accountId !== undefined, (all) => all.where('account_id', '=', accountId ?? 0))
    .$if(beforeId !== undefined, (all) => all.where('id', '<', beforeId ?? 0))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(mailOf);
}

export async function findMail(executor: Executor, id: number): Promise<InspectedMail | undefined> {
  const row = await selectMails(executor).where('id', '=', id).executeTakeFirst();
  return row && mailOf(row);
}

function selectMails({ sql }: Executor) {
  return sql
    .selectFrom('mail_messages')
    .select(['id', 'kind', 'audience', 'account_id', 'data', 'state', 'to_address', 'subject'])
    .select(['due_at', 'sent_at', 'attempts', 'last_error']);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectMails>['executeTakeFirstOrThrow']>>;

function mailOf(row: Row): InspectedMail {
  return {
    id: row.id,
    kind: row.kind,
    audience: row.audience,
    accountId: row.account_id,
    data: row.data,
    state: row.state,
    to: row.to_address,
    subject: row.subject,
    dueMs: row.due_at,
    sentMs: row.sent_at,
    attempts: row.attempts,
    lastError: row.last_error,
  };
}
