import Type, { type Static } from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { pageOf, readCursor, writeCursor } from '../../../platform/pages.ts';
import { route, type Route } from '../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  USUAL_ON_A_PAGE,
  UserId,
} from '../../../platform/schemas.ts';
import type { Accounts } from '../../accounts/index.ts';
import type { ListedInvoice } from './invoice.ts';
import { listInvoices, type InvoicePosition } from './store.ts';
import { loadRefunded } from './store-refunded.ts';

const PageQuery = Input(paging);

const LineSchema = Type.Object({
  description: Type.String(),
  amount_minor: Type.Integer(),
  quantity: Nullable(Type.Integer()),
  period_start: Type.String(),
  period_end: Type.String(),
  proration: Type.Boolean(),
  discount_minor: Type.Integer(),
});

const InvoiceSchema = Type.Object({
  id: Type.String(),
  number: Nullable(Type.String()),
  status: Type.String({ description: 'open, paid, void or uncollectible.' }),
  reason: Nullable(Type.String({ description: "Stripe's billing_reason." })),
  subscription: Nullable(Type.String()),
  currency: Type.String(),
  subtotal_minor: Type.Integer({ description: 'Minor units of the currency, as all amounts.' }),
  discount_minor: Type.Integer({ description: 'What discounts take off the subtotal.' }),
  tax_minor: Type.Integer({
    description: 'What taxes add; those within the prices are in the subtotal.',
  }),
  total_minor: Type.Integer({ description: 'subtotal - discount + tax.' }),
  credit_applied_minor: Type.Integer({
    description: "What of the total the customer's credit paid; below 0 what they owed before.",
  }),
  amount_due_minor: Type.Integer(),
  amount_paid_minor: Type.Integer(),
  amount_remaining_minor: Type.Integer(),
  attempt_count: Type.Integer(),
  next_attempt_at: Nullable(Type.String()),
  created_at: Type.String(),
  due_at: Nullable(Type.String()),
  paid_at: Nullable(Type.String()),
  hosted_url: Nullable(Type.String({ description: "Stripe's page of it, where it can be paid." })),
  pdf_url: Nullable(Type.String()),
  lines: Type.Array(LineSchema),
});

const InvoicesSchema = PageOf(
  Type.Object({
    ...InvoiceSchema.properties,
    refunded_minor: Type.Integer({ description: 'What was given back of what was paid.' }),
  }),
);

export interface InvoicesRouteParts {
  readonly database: Database;
  readonly accounts: Accounts;
}

/** The invoices of a user for the app, and for the customer on their page. */
export function invoicesRoutes({ database, accounts }: InvoicesRouteParts): Route[] {
  const list = (accountId: number, query: Static<typeof PageQuery>) =>
    loadPage(database, accountId, query);
  return [
    route({
      method: 'GET',
      path: '/v1/users/{user}/invoices',
      summary: 'The invoices of a user, newest first',
      description: 'With links to the copies that Stripe hosts. Drafts are left out.',
      tag: 'Billing',
      scope: 'read',
      params: Input({ user: UserId }),
      query: PageQuery,
      response: InvoicesSchema,
      async handler({ params, query }) {
        const { accountId } = await accounts.getUser(params.user);
        return list(accountId, query);
      },
    }),
    route({
      method: 'GET',
      path: '/admin/v1/users/{user}/invoices',
      summary: 'The invoices of a user for staff, newest first',
      description: 'Drafts are left out.',
      tag: 'Money by staff',
      scope: 'staff',
      permission: 'money.read',
      params: Input({ user: UserId }),
      query: PageQuery,
      response: InvoicesSchema,
      async handler({ params, query }) {
        const { accountId } = await accounts.getUser(params.user);
        return list(accountId, query);
      },
    }),
    route({
      method: 'GET',
      path: '/account/api/invoices',
      summary: 'The invoices of the customer, newest first',
      tag: 'Account page',
      scope: 'session',
      query: PageQuery,
      response: InvoicesSchema,
      async handler({ session, query }) {
        assert(session !== undefined, 'a route of sessions has one');
        return list(session.accountId, query);
      },
    }),
  ];
}

async function loadPage(
  database: Database,
  accountId: number,
  { limit = USUAL_ON_A_PAGE, cursor }: Static<typeof PageQuery>,
): Promise<Static<typeof InvoicesSchema>> {
  const after = cursor === undefined ? null : placeAfter(cursor);
  const found = await listInvoices(database, { accountId, after, limit: limit + 1 });
  const { rows: shown, nextCursor } = pageOf(found, limit, ({ createdMs, id }) =>
    writeCursor([createdMs, id]),
  );
  const refunded = await loadRefunded(
    database,
    shown.map(({ id }) => id),
  );
  const data = shown.map((invoice) => ({
    ...answerOf(invoice),
    refunded_minor: refunded.get(invoice.id) ?? 0,
  }));
  return { data, next_cursor: nextCursor };
}

function placeAfter(cursor: string): InvoicePosition {
  const [createdMs, id] = readCursor(cursor, ['instant', 'string']);
  return { createdMs, id };
}

/** An invoice as the app and the customer are shown it. */
export function answerOf(invoice: ListedInvoice): Static<typeof InvoiceSchema> {
  const instant = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  return {
    id: invoice.id,
    number: invoice.number,
    status: invoice.status,
    reason: invoice.billingReason,
    subscription: invoice.stripeSubscriptionId,
    currency: invoice.currency,
    subtotal_minor: invoice.subtotalMinor,
    discount_minor: invoice.discountMinor,
    tax_minor: invoice.taxMinor,
    total_minor: invoice.totalMinor,
    credit_applied_minor: invoice.creditAppliedMinor,
    amount_due_minor: invoice.amountDueMinor,
    amount_paid_minor: invoice.amountPaidMinor,
    amount_remaining_minor: invoice.amountRemainingMinor,
    attempt_count: invoice.attemptCount,
    next_attempt_at: instant(invoice.nextAttemptMs),
    created_at: formatInstant(invoice.createdMs),
    due_at: instant(invoice.dueMs),
    paid_at: instant(invoice.paidMs),
    hosted_url: invoice.hostedUrl,
    pdf_url: invoice.pdfUrl,
    lines: invoice.lines.map((line) => ({
      description: line.description,
      amount_minor: line.amountMinor,
      quantity: line.quantity,
      period_start: line.periodStart,
      period_end: line.periodEnd,
      proration: line.isProration,
      discount_minor: line.discountMinor,
    })),
  };
}
