import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError, type ErrorCode } from '../../../../platform/errors.ts';
import { pageOf, readIdCursor } from '../../../../platform/pages.ts';
import { route, type Route } from '../../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../../platform/schemas.ts';
import { composeMail, type ComposeSources } from '../compose-mail.ts';
import { findMail, listMails, MAIL_STATES, type InspectedMail } from './store.ts';

const MAIL_UNKNOWN: ErrorCode = { code: 'mail_unknown', kind: 'not_found' };

const MailSchema = Type.Object({
  id: Type.Integer(),
  kind: Type.String(),
  audience: Type.String({ enum: ['customer', 'staff'] }),
  account_id: Type.Integer(),
  state: Type.String({ enum: [...MAIL_STATES] }),
  to: Nullable(Type.String()),
  subject: Nullable(Type.String()),
  due_at: Type.String(),
  sent_at: Nullable(Type.String()),
  attempts: Type.Integer(),
  last_error: Nullable(Type.String()),
});

const WrittenSchema = Type.Object({
  ...MailSchema.properties,
  written: Nullable(
    Type.Object(
      { subject: Type.String(), text: Type.String() },
      { description: 'As it would be written now; what was sent is kept nowhere.' },
    ),
  ),
  stale_because: Nullable(Type.String({ description: 'Why it would not be written now.' })),
});

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const shared = { tag: 'Operations', scope: 'staff', permission: 'operations.read' } as const;

/** What customers and staff were told by mail, for those who look into what has not arrived. */
export function mailStaffRoutes(sources: ComposeSources): Route[] {
  const { database } = sources;
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/mails',
      summary: 'Mails and what became of them, newest first',
      query: Input({
        state: Type.Optional(Type.Enum([...MAIL_STATES])),
        kind: Type.Optional(Text({ maxLength: 100 })),
        account: Type.Optional(Id),
        ...paging,
      }),
      response: PageOf(MailSchema),
      async handler({ query: { state, kind, account, cursor, limit = USUAL_ON_A_PAGE } }) {
        const found = await listMails(database, {
          ...(state !== undefined && { state }),
          ...(kind !== undefined && { kind }),
          ...(account !== undefined && { accountId: account }),
          beforeId: readIdCursor(cursor),
          limit: limit + 1,
        });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        return { data: rows.map(mailAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/mails/{mail}',
      summary: 'One mail with its text, as it would be written now',
      params: Type.Object({ mail: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      response: WrittenSchema,
      async handler({ params, nowMs }) {
        const mail = await findMail(database, Number(params.mail));
        if (mail === undefined) {
          throw new AppError(MAIL_UNKNOWN, { message: `There is no mail ${params.mail}.` });
        }
        const composed = await composeMail(sources, mail, nowMs);
        if (composed.kind === 'stale') {
          return { ...mailAnswer(mail), written: null, stale_because: composed.reason };
        }
        const { subject, text } = composed.rendered;
        return { ...mailAnswer(mail), written: { subject, text }, stale_because: null };
      },
    }),
  ];
}

function mailAnswer(mail: InspectedMail) {
  return {
    id: mail.id,
    kind: mail.kind,
    audience: mail.audience,
    account_id: mail.accountId,
    state: mail.state,
    to: mail.to,
    subject: mail.subject,
    due_at: formatInstant(mail.dueMs),
    sent_at: mail.sentMs === null ? null : formatInstant(mail.sentMs),
    attempts: mail.attempts,
    last_error: mail.lastError,
  };
}
