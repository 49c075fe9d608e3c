import type { Database } from '../../../../platform/database.ts';
import type { RawAnswer, RawRoute } from '../../../../platform/routes.ts';
import { listWaitingMails } from '../store.ts';
import { mailboxPage, mailPage, noMailPage } from './pages.ts';
import { findBoxed, listBoxed, type WholeMail } from './store.ts';

const MAILS_ON_A_PAGE = 100;
const WAITING_ON_A_PAGE = 20;

/** These pages load nothing, run nothing, and are shown in no other page but their own. */
const CLOSED = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const PAGE_POLICY = `${CLOSED}; frame-src 'self'; frame-ancestors 'none'`;
const MAIL_POLICY = `${CLOSED}; frame-ancestors 'self'`;

/** The mailbox of development; in production these routes are not there. */
export function mailboxRoutes(database: Database): RawRoute[] {
  const found = async (
    given: string | undefined,
    show: (mail: WholeMail) => RawAnswer,
  ): Promise<RawAnswer> => {
    const id = readId(given);
    const mail = id === null ? undefined : await findBoxed(database, id);
    return mail === undefined ? html(404, noMailPage(), PAGE_POLICY) : show(mail);
  };
  return [
    {
      method: 'GET',
      path: '/mailbox',
      scope: 'public',
      async handler({ query }) {
        const beforeId = readId(query.get('before') ?? undefined);
        const [mails, waiting] = await Promise.all([
          listBoxed(database, { beforeId, limit: MAILS_ON_A_PAGE + 1 }),
          listWaitingMails(database, WAITING_ON_A_PAGE),
        ]);
        const shown = mails.slice(0, MAILS_ON_A_PAGE);
        const nextBeforeId = mails.length > shown.length ? (shown.at(-1)?.id ?? null) : null;
        return html(200, mailboxPage({ mails: shown, waiting, nextBeforeId }), PAGE_POLICY);
      },
    },
    {
      method: 'GET',
      path: '/mailbox/{id}',
      scope: 'public',
      handler: ({ params }) =>
        found(params['id'], (mail) => html(200, mailPage(mail), PAGE_POLICY)),
    },
    {
      method: 'GET',
      path: '/mailbox/{id}/html',
      scope: 'public',
      handler: ({ params }) => found(params['id'], (mail) => html(200, mail.html, MAIL_POLICY)),
    },
  ];
}

function readId(text: string | undefined): number | null {
  return text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}

function html(status: number, body: string, policy: string): RawAnswer {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return { status, headers, body };
}
