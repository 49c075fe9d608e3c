import Type, { type Static } from 'typebox';
import { parseInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { may, type Role } from '../../../platform/permissions.ts';
import { route, staffActor, staffOf, TextFile, type Route } from '../../../platform/routes.ts';
import { Input, Instant, Nullable, PageOf, paging, Text } from '../../../platform/schemas.ts';
import { appendAudit } from '../../audit/index.ts';
import { staffCommand } from '../../plans/index.ts';
import { csvHeader, csvOf } from '../codes/csv.ts';
import type { NewCodes } from '../codes/draft-codes.ts';
import { CODE_STATES, type CodeState } from '../codes/promotion-code.ts';
import {
  createPromotionCodes,
  endPromotionCode,
  listPromotionCodes,
  type ListCodes,
} from '../codes/service.ts';
import { CODES_PERMISSION_MISSING } from '../errors.ts';
import {
  CodeSchema,
  codeAnswer,
  loadUse,
  masked,
  NO_USE,
  type LoadRevenue,
} from './code-answer.ts';
import { Reason } from './fields.ts';

const path = '/admin/v1/promotion-codes';
const tag = 'Pricing by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'pricing.write' } as const;
/** For what a code is, as a customer types it. */
const PLAIN = 'codes.read';
const CSV = 'text/csv; charset=utf-8';

export interface CodesDependencies {
  readonly database: Database;
  readonly loadRevenue: LoadRevenue;
}

const filters = {
  batch: Type.Optional(Text({ maxLength: 100 })),
  prefix: Type.Optional(Text({ maxLength: 50, description: 'What a code begins with.' })),
  state: Type.Optional(Type.Enum([...CODE_STATES])),
};

const terms = {
  name: Text({ minLength: 1, maxLength: 200, description: 'What customers read.' }),
  effect: Input({
    percent_off_basis_points: Type.Optional(Type.Number()),
    amounts_off: Type.Optional(
      Type.Record(Type.String(), Type.String(), { description: 'By currency, in major units.' }),
    ),
    duration: Type.Optional(Type.Enum(['once', 'repeating', 'forever'])),
    duration_in_months: Type.Optional(Type.Number()),
  }),
  conditions: Type.Optional(
    Input({
      plans: Type.Optional(Type.Array(Type.String())),
      billing_cycles: Type.Optional(Type.Array(Type.Enum(['monthly', 'yearly']))),
      currencies: Type.Optional(Type.Array(Type.String())),
      countries: Type.Optional(Type.Array(Type.String())),
      first_purchase_only: Type.Optional(Type.Boolean()),
    }),
  ),
  stacking: Type.Optional(Type.Enum(['exclusive', 'stackable'])),
  priority: Type.Optional(Type.Integer()),
  most_redemptions: Type.Optional(Nullable(Type.Integer())),
  most_per_account: Type.Optional(Nullable(Type.Integer())),
  valid_from: Type.Optional(Nullable(Instant)),
  expires_at: Type.Optional(Nullable(Instant)),
  reason: Reason,
  dry_run: Type.Optional(Type.Boolean()),
};

export function codesRoutes(deps: CodesDependencies): Route[] {
  return [...listingRoutes(deps), ...makingRoutes(deps), endingRoute(deps)];
}

function listingRoutes({ database, loadRevenue }: CodesDependencies): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'Promotion codes, the latest first, with their use and what it brought',
      description:
        'A code is worth money: whoever lacks the permission "codes.read" is shown how it ' +
        'begins, and may not seek by `prefix`, which would tell the rest.',
      query: Input({ ...filters, ...paging }),
      response: PageOf(
        Type.Object({
          ...CodeSchema.properties,
          is_masked: Type.Boolean({ description: 'Whether only the beginning is shown.' }),
        }),
      ),
      async handler(request) {
        const { query, nowMs } = request;
        const { role } = staffOf(request);
        const isMasked = !may(role, PLAIN);
        if (isMasked && query.prefix !== undefined) throw plainMissing(role);
        const { data, nextCursor } = await listPromotionCodes(database, wantedCodes(query, nowMs));
        const use = await loadUse(database, loadRevenue, data);
        const answers = data.map((each) => {
          const answer = codeAnswer(each, use, nowMs);
          return { ...answer, code: isMasked ? masked(each.code) : each.code, is_masked: isMasked };
        });
        return { data: answers, next_cursor: nextCursor };
      },
    }),
    route({
      ...read,
      permission: PLAIN,
      method: 'GET',
      path: `${path}/export.csv`,
      summary: 'Promotion codes as a table',
      query: Input(filters),
      contentType: CSV,
      response: TextFile,
      description: 'A code is worth money, so that it is on record who takes them away.',
      async handler(request) {
        const { query, nowMs } = request;
        const subject = { kind: 'list', id: 'promotion_codes' };
        const taken = { action: 'promotion_codes.exported', subject, after: query };
        const actor = staffActor(request);
        await database.transaction((tx) =>
          appendAudit(tx, [{ recordedMs: nowMs, actor, ...taken }]),
        );
        return exported(database, query, nowMs);
      },
    }),
  ];
}

function plainMissing(role: Role): AppError {
  return new AppError(CODES_PERMISSION_MISSING, {
    message: `The role "${role}" lacks the permission "${PLAIN}".`,
    members: { permission: PLAIN },
  });
}

function makingRoutes({ database }: CodesDependencies): Route[] {
  return [
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Make a promotion code',
      body: Input({ code: Text({ minLength: 3, maxLength: 50 }), ...terms }),
      response: Type.Object({ dry_run: Type.Boolean(), code: CodeSchema }),
      async handler(request) {
        const { code, reason, dry_run: isDry = false } = request.body;
        const wanted = newCodes({ kind: 'named', code }, null, request.body);
        const context = staffCommand(request, reason);
        const [made] = await performOrTry(database, { isDry }, (tx) =>
          createPromotionCodes(tx, wanted, context),
        );
        return { dry_run: isDry, code: codeAnswer(made!, NO_USE, request.nowMs) };
      },
    }),
    route({
      ...write,
      method: 'POST',
      path: `${path}/generate`,
      summary: 'Make many codes that nobody can guess, good once each',
      description: 'They are downloaded by their batch, as often as needed.',
      body: Input({
        count: Type.Integer({ minimum: 1, maximum: 10_000 }),
        prefix: Type.Optional(Text({ maxLength: 30 })),
        batch: Text({ minLength: 1, maxLength: 100 }),
        ...terms,
      }),
      response: Type.Object({
        dry_run: Type.Boolean(),
        count: Type.Integer(),
        batch: Type.String(),
        example: CodeSchema,
        download: Type.String({ description: 'Where the codes are as CSV.' }),
      }),
      async handler(request) {
        const { count, prefix = '', batch, reason, dry_run: isDry = false } = request.body;
        const wanted = newCodes({ kind: 'generated', count, prefix }, batch, request.body);
        const context = staffCommand(request, reason);
        const made = await performOrTry(database, { isDry }, (tx) =>
          createPromotionCodes(tx, wanted, context),
        );
        const download = `${path}/export.csv?batch=${encodeURIComponent(batch)}`;
        const example = codeAnswer(made[0]!, NO_USE, request.nowMs);
        return { dry_run: isDry, count: made.length, batch, example, download };
      },
    }),
  ];
}

function endingRoute({ database, loadRevenue }: CodesDependencies): Route {
  return route({
    ...write,
    method: 'POST',
    path: `${path}/{code}/end`,
    summary: 'End a promotion code; those who have used it keep what it gave',
    params: Input({ code: Text({ minLength: 1, maxLength: 50 }) }),
    body: Input({ reason: Reason, dry_run: Type.Optional(Type.Boolean()) }),
    response: Type.Object({ dry_run: Type.Boolean(), code: CodeSchema }),
    async handler(request) {
      const { reason, dry_run: isDry = false } = request.body;
      const context = staffCommand(request, reason);
      const ended = await performOrTry(database, { isDry }, (tx) =>
        endPromotionCode(tx, request.params.code, context),
      );
      const use = await loadUse(database, loadRevenue, [ended]);
      return { dry_run: isDry, code: codeAnswer(ended, use, request.nowMs) };
    },
  });
}

type Terms = Static<ReturnType<typeof Input<typeof terms>>>;

function newCodes(codes: NewCodes['codes'], batch: string | null, said: Terms): NewCodes {
  const { most_redemptions: most, most_per_account: perAccount } = said;
  return {
    codes,
    batch,
    name: said.name,
    effect: said.effect,
    ...(said.conditions !== undefined && { conditions: said.conditions }),
    ...(said.stacking !== undefined && { stacking: said.stacking }),
    ...(said.priority !== undefined && { priority: said.priority }),
    ...(most !== undefined && { mostRedemptions: most }),
    ...(perAccount !== undefined && { mostPerAccount: perAccount }),
    validFromMs: instantOf(said.valid_from),
    expiresMs: instantOf(said.expires_at),
  };
}

interface CodesQuery extends Omit<ListCodes, 'inState'> {
  readonly state?: CodeState;
}

function wantedCodes({ state, ...list }: CodesQuery, nowMs: number): ListCodes {
  return { ...list, inState: state === undefined ? undefined : { state, atMs: nowMs } };
}

function instantOf(text: string | null | undefined): number | null {
  return text === null || text === undefined ? null : (parseInstant(text) ?? null);
}

const PAGE = 200;

/** Page by page, so that a million codes need no more memory than two hundred. */
async function* exported(
  executor: Executor,
  query: CodesQuery,
  nowMs: number,
): AsyncIterable<string> {
  const filter = wantedCodes(query, nowMs);
  let cursor: string | undefined;
  let lines = csvHeader();
  do {
    const page = await listPromotionCodes(executor, { ...filter, limit: PAGE, cursor });
    yield lines + page.data.map((code) => csvOf(code, nowMs)).join('');
    lines = '';
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
