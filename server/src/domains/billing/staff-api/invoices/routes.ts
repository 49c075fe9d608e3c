import Type, { type Static } from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import type { Database } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import { pageOf, readCursor, writeCursor } from '../../../../platform/pages.ts';
import { route, staffActor, type Route } from '../../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../../platform/schemas.ts';
import { findContact, type Accounts } from '../../../accounts/index.ts';
import { appendAudit } from '../../../audit/index.ts';
import { INVOICE_NOT_PAID } from '../../errors.ts';
import { queueMail } from '../../mail/store.ts';
import { deedFields, LineSchema, UndoSchema } from '../deed.ts';
import { getInvoice, requireLook, type Refunded, type Refunds } from './refunds.ts';
import type { Refund } from './store-refunds.ts';

export interface InvoiceDeedParts {
  readonly database: Database;
  readonly accounts: Accounts;
  readonly refunds: Refunds;
}

const params = Input({ invoice: Text({ minLength: 1, maxLength: 255 }) });
const shared = { tag: 'Money by staff', scope: 'staff', params } as const;

/** What staff do with an invoice. */
export function invoiceDeedRoutes(parts: InvoiceDeedParts): Route[] {
  return [refundRoute(parts), refundsRoute(parts), resendRoute(parts)];
}

const StandSchema = Type.Object({
  paid_minor: Type.Integer(),
  refunded_minor: Type.Integer(),
});

const versionSchema = Type.Integer({ description: 'Of the profile as it is now.' });

function refundRoute(parts: InvoiceDeedParts): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/admin/v1/invoices/{invoice}/refunds',
    permission: 'money.write',
    summary: 'Give a payment back, wholly or in part',
    description:
      'All that is left where no amount is said, and never more than was paid. The plan stays; a ' +
      'pack that is paid back wholly ends. Money that was given back does not come again.',
    body: Input({
      amount_minor: Type.Optional(Type.Integer({ minimum: 1, maximum: 9_999_999_999 })),
      ...deedFields,
    }),
    replaysAnswers: true,
    response: Type.Object({
      dry_run: Type.Boolean(),
      refund: Nullable(Type.String({ description: 'None where it was only tried.' })),
      amount_minor: Type.Integer(),
      currency: Type.String(),
      lines: Type.Array(LineSchema),
      before: StandSchema,
      after: StandSchema,
      version: versionSchema,
      undo: UndoSchema,
    }),
    async handler(request) {
      const { body, nowMs } = request;
      const { reason, version, amount_minor: amountMinor = null, dry_run: isDry = false } = body;
      const said = { invoiceId: request.params.invoice, amountMinor, reason, version, isDry };
      const actor = staffActor(request);
      const done = await parts.refunds.refund({ ...said, actor, nowMs });
      return { ...refundAnswer(done), version: await versionOf(parts, done.invoice.accountId) };
    },
  });
}

function refundAnswer({ invoice, before, amountMinor, refundId }: Refunded) {
  const { currency } = invoice;
  const { paidMinor, refundedMinor } = before;
  const description = `Refund of invoice ${invoice.number ?? invoice.id}`;
  return {
    dry_run: refundId === null,
    refund: refundId,
    amount_minor: amountMinor,
    currency,
    lines: [{ description, amount_minor: -amountMinor }],
    before: { paid_minor: paidMinor, refunded_minor: refundedMinor },
    after: { paid_minor: paidMinor, refunded_minor: refundedMinor + amountMinor },
    undo: null,
  };
}

function refundsRoute({ refunds }: InvoiceDeedParts): Route {
  return route({
    ...shared,
    method: 'GET',
    path: '/admin/v1/invoices/{invoice}/refunds',
    permission: 'money.read',
    summary: 'What was given back of an invoice, by staff or at Stripe itself',
    query: Input(paging),
    response: PageOf(RefundSchema),
    async handler({ params: { invoice }, query: { cursor, limit = USUAL_ON_A_PAGE } }) {
      const after = cursor === undefined ? undefined : placeAfter(cursor);
      const found = await refunds.list(invoice, { after, limit: limit + 1 });
      const { rows, nextCursor } = pageOf(found, limit, ({ createdMs, id }) =>
        writeCursor([createdMs, id]),
      );
      return { data: rows.map(listedAnswer), next_cursor: nextCursor };
    },
  });
}

const RefundSchema = Type.Object({
  id: Type.String(),
  source: Type.String({ enum: ['staff', 'stripe'] }),
  status: Type.String({ enum: ['sending', 'done', 'refused'] }),
  amount_minor: Type.Integer(),
  currency: Type.String(),
  reason: Type.String(),
  refusal: Nullable(Type.String()),
  created_at: Type.String(),
});

function listedAnswer(refund: Refund): Static<typeof RefundSchema> {
  const { id, source, state, amountMinor, currency, reason, refusal, createdMs } = refund;
  return {
    id,
    source,
    status: state,
    amount_minor: amountMinor,
    currency,
    reason,
    refusal: refusal?.message ?? null,
    created_at: formatInstant(createdMs),
  };
}

function placeAfter(cursor: string): Pick<Refund, 'createdMs' | 'id'> {
  const [createdMs, id] = readCursor(cursor, ['instant', 'string']);
  return { createdMs, id };
}

const ID_CHARACTERS = 26;

function resendRoute(parts: InvoiceDeedParts): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/admin/v1/invoices/{invoice}/resend',
    permission: 'receipts.write',
    summary: 'Send the receipt of an invoice again',
    description: 'To the address that the customer has now; 409 `invoice_not_paid` of others.',
    body: Input(deedFields),
    replaysAnswers: true,
    response: Type.Object({
      dry_run: Type.Boolean(),
      to: Type.String(),
      version: versionSchema,
      undo: UndoSchema,
    }),
    async handler(request) {
      const { body, nowMs } = request;
      const { reason, version, dry_run: isDry = false } = body;
      const invoice = await getInvoice(parts.database, request.params.invoice);
      if (invoice.status !== 'paid' || invoice.amountPaidMinor <= 0) {
        const message = `The invoice is ${invoice.status}; only payments have receipts.`;
        throw new AppError(INVOICE_NOT_PAID, { message });
      }
      const { id: invoiceId, accountId } = invoice;
      const actor = staffActor(request);
      const to = await parts.database.transaction(async (tx) => {
        await requireLook(tx, accountId, version);
        const contact = await findContact(tx, accountId);
        assert(contact !== undefined, 'an account has an owner');
        if (isDry) return contact.email;
        const key = `receipt:${invoiceId}:${randomText(ID_CHARACTERS)}`;
        const mail = {
          key,
          kind: 'receipt',
          data: { invoiceId },
          accountId,
          dueMs: nowMs,
        } as const;
        await queueMail(tx, mail, nowMs);
        const subject = { kind: 'invoice', id: invoiceId };
        const action = 'billing.receipt_resent';
        const entry = { recordedMs: nowMs, actor, action, subject, accountId, reason };
        await appendAudit(tx, [{ ...entry, after: { mail: key } }]);
        return contact.email;
      });
      return { dry_run: isDry, to, version: await versionOf(parts, accountId), undo: null };
    },
  });
}

/** Of the profile of whoever owns an account. */
async function versionOf(
  { database, accounts }: InvoiceDeedParts,
  accountId: number,
): Promise<number> {
  const contact = await database.transaction((tx) => findContact(tx, accountId));
  assert(contact !== undefined, 'an account has an owner');
  return accounts.version(contact.externalId);
}
