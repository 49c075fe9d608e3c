import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
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
import { staffCommand } from '../../../plans/index.ts';
import { BOOK_UNKNOWN } from '../../errors.ts';
import { minorUnitsOf } from '../../fold/parts.ts';
import type { LedgerRules } from '../../fold/rules.ts';
import type { Book } from '../book.ts';
import { findKeptBooks } from '../store-books.ts';
import { beginBook } from './begin-book.ts';
import {
  countBuilt,
  findCorrections,
  type BookCount,
  type Correction,
} from './store-corrections.ts';

const Profile = Type.Enum(['stripe', 'chartmogul', 'profitwell']);
const Duration = Type.Enum(['once', 'repeating', 'forever']);
const ChurnsAt = Type.Enum(['end', 'request', 'cycle']);

const switches = {
  lowering_discounts: Type.Array(Duration, {
    description: 'Which discounts lower MRR while they last.',
    uniqueItems: true,
  }),
  counts_past_due: Type.Boolean(),
  churns_at: Type.Unsafe<LedgerRules['churnsAt']>({
    ...ChurnsAt,
    description:
      'When who cancels has churned: at the end of what was paid, at the request, or at the end ' +
      'of the cycle that was begun.',
  }),
  ignores_within_month: Type.Boolean({
    description: 'Whether who comes and leaves in one calendar month was never there.',
  }),
  time_zone: Text({ maxLength: 60, description: 'Whose days and months are counted.' }),
};

const RulesSchema = Type.Object({ ...switches, time_zone: Type.String() });

const BookSchema = Type.Object({
  id: Type.Integer(),
  profile: Type.String(),
  state: Type.String({ enum: ['building', 'current'] }),
  rules: RulesSchema,
  progress: Type.Object({
    customers_done: Type.Integer(),
    customers: Type.Integer(),
  }),
});

const CorrectionSchema = Type.Object({
  id: Type.Integer(),
  customer: Type.String(),
  account_id: Nullable(Type.String()),
  recorded_at: Type.String(),
  effective_at: Type.String(),
  day: Type.String(),
  kind: Type.String(),
  plan: Type.String(),
  currency: Type.String(),
  amount_minor: Type.Integer({ description: 'Of its own currency a month, rounded.' }),
  customers: Type.Integer(),
});

export interface BooksOptions {
  readonly database: Database;
  /** Whose days are counted where no book says so yet. */
  readonly timeZone: string;
}

const tag = 'Metrics';
const path = '/admin/v1/books';
const read = { tag, scope: 'staff', permission: 'metrics.read' } as const;

/** How revenue is counted, and how to have it counted otherwise. */
export function booksRoutes({ database, timeZone: usualTimeZone }: BooksOptions): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The books of revenue, and how far each is',
      description: 'A book that is being built takes the place of the present one when it is done.',
      response: Type.Object({ data: Type.Array(BookSchema) }),
      async handler() {
        const [books, counts] = await Promise.all([findKeptBooks(database), countBuilt(database)]);
        return { data: books.map((book) => bookAnswer(book, counts)) };
      },
    }),
    route({
      tag,
      scope: 'staff',
      permission: 'settings.write',
      method: 'POST',
      path,
      summary: 'Have all history counted by other switches',
      description:
        'What is left out is as the profile has it, and the time zone as it was. The figures ' +
        'shown stay as they are until all customers have been counted anew.',
      body: Input({
        profile: Profile,
        lowering_discounts: Type.Optional(switches.lowering_discounts),
        counts_past_due: Type.Optional(switches.counts_past_due),
        churns_at: Type.Optional(switches.churns_at),
        ignores_within_month: Type.Optional(switches.ignores_within_month),
        time_zone: Type.Optional(switches.time_zone),
        reason: Text({ minLength: 3, maxLength: 500 }),
        dry_run: Type.Optional(Type.Boolean()),
      }),
      response: Type.Object({ before: Nullable(RulesSchema), after: RulesSchema }),
      async handler(request) {
        const { reason, dry_run: isDry = false, profile, ...said } = request.body;
        const command = { ...staffCommand(request, reason), isDry, usualTimeZone };
        const wanted = { profile, rules: rulesOf(said) };
        const { before, rules } = await beginBook(database, wanted, command);
        return { before: before && rulesAnswer(before.rules), after: rulesAnswer(rules) };
      },
    }),
    correctionsRoute(database),
  ];
}

function correctionsRoute(database: Database): Route {
  return route({
    ...read,
    method: 'GET',
    path: `${path}/{book}/corrections`,
    summary: 'What a book has come to say otherwise than before',
    description: 'Each is the difference to what had been booked of that instant; newest first.',
    params: Type.Object({ book: Type.String({ pattern: '^[1-9][0-9]{0,4}$' }) }),
    query: Input(paging),
    response: PageOf(CorrectionSchema),
    async handler({ params, query: { cursor, limit = USUAL_ON_A_PAGE } }) {
      const books = await findKeptBooks(database);
      const book = books.find(({ id }) => String(id) === params.book);
      if (book === undefined) {
        throw new AppError(BOOK_UNKNOWN, { message: `There is no book ${params.book}.` });
      }
      const before = readIdCursor(cursor) ?? null;
      const found = await findCorrections(database, book.id, { before, limit: limit + 1 });
      const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
      return { data: rows.map(correctionAnswer), next_cursor: nextCursor };
    },
  });
}

interface SaidRules {
  readonly lowering_discounts?: LedgerRules['lowering'];
  readonly counts_past_due?: boolean;
  readonly churns_at?: LedgerRules['churnsAt'];
  readonly ignores_within_month?: boolean;
  readonly time_zone?: string;
}

function rulesOf(said: SaidRules): Partial<LedgerRules> {
  return {
    ...(said.lowering_discounts && { lowering: said.lowering_discounts }),
    ...(said.counts_past_due !== undefined && { countsPastDue: said.counts_past_due }),
    ...(said.churns_at && { churnsAt: said.churns_at }),
    ...(said.ignores_within_month !== undefined && {
      ignoresWithinMonth: said.ignores_within_month,
    }),
    ...(said.time_zone && { timeZone: said.time_zone }),
  };
}

function rulesAnswer({ lowering, countsPastDue, churnsAt, ...rules }: LedgerRules) {
  return {
    lowering_discounts: [...lowering],
    counts_past_due: countsPastDue,
    churns_at: churnsAt,
    ignores_within_month: rules.ignoresWithinMonth,
    time_zone: rules.timeZone,
  };
}

function bookAnswer({ id, profile, state, rules }: Book, counts: readonly BookCount[]) {
  const count = counts.find(({ bookId }) => bookId === id);
  const done = state === 'current' ? count?.all : count?.done;
  return {
    id,
    profile,
    state,
    rules: rulesAnswer(rules),
    progress: { customers_done: done ?? 0, customers: count?.all ?? 0 },
  };
}

function correctionAnswer(correction: Correction) {
  const { id, label, accountId, day, kind, plan, currency, customers } = correction;
  return {
    id,
    customer: label,
    account_id: accountId === null ? null : String(accountId),
    recorded_at: formatInstant(correction.recordedMs),
    effective_at: formatInstant(correction.effectiveMs),
    day,
    kind,
    plan,
    currency,
    amount_minor: Number(minorUnitsOf(correction.parts)),
    customers,
  };
}
