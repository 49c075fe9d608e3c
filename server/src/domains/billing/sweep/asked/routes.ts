import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { AppError, type ErrorCode } from '../../../../platform/errors.ts';
import { pageOf, readIdCursor } from '../../../../platform/pages.ts';
import { route, staffActor, staffOf, type Route } from '../../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../../platform/schemas.ts';
import { appendAudit } from '../../../audit/index.ts';
import { insertAsked, listAsked, type AskedReconciliation } from './store.ts';

const UNKNOWN: ErrorCode = { code: 'reconciliation_unknown', kind: 'not_found' };
const UNDER_WAY: ErrorCode = { code: 'reconciliation_under_way', kind: 'conflict' };

const Listed = Type.Object({
  id: Type.Integer(),
  staff_id: Type.Integer(),
  reason: Type.String(),
  dry_run: Type.Boolean(),
  state: Type.String({
    enum: ['waiting', 'running', 'equal', 'different', 'mended', 'stopped', 'failed'],
  }),
  asked_at: Type.String(),
  ended_at: Nullable(Type.String()),
  compared: Nullable(Type.Integer()),
  different: Nullable(Type.Integer()),
  mended: Nullable(Type.Integer()),
  fault: Nullable(Type.String()),
});

const Whole = Type.Object({
  ...Listed.properties,
  customers: Type.Array(
    Type.Object({
      stripe_customer_id: Type.String(),
      account_id: Nullable(Type.Integer()),
      is_mended: Type.Boolean(),
      differences: Type.Array(
        Type.Object({
          about: Type.String(),
          what: Type.String(),
          recorded: Type.String(),
          found: Type.String(),
        }),
      ),
    }),
  ),
});

const shared = { tag: 'Operations', scope: 'staff' } as const;

/** Staff have everybody compared with Stripe, and what differs made right. */
export function askedRoutes(database: Database): Route[] {
  return [askRoute(database), ...readingRoutes(database)];
}

function askRoute(database: Database): Route {
  return route({
    ...shared,
    method: 'POST',
    path: '/admin/v1/reconciliations',
    summary: 'Have all customers compared with Stripe, in the background',
    description:
      'With `dry_run` nothing is changed. Otherwise what differs is made right once all are ' +
      'compared, unless too many would lose their subscription: then it stops.',
    permission: 'operations.write',
    body: Input({
      dry_run: Type.Boolean(),
      reason: Text({ minLength: 3, maxLength: 500, description: 'Why, for the audit trail.' }),
    }),
    response: Listed,
    async handler(request) {
      const { body, nowMs } = request;
      const { staffId } = staffOf(request);
      const { reason, dry_run: isDry } = body;
      const id = await database.transaction(async (tx) => {
        const asked = { staffId, reason, applies: !isDry, nowMs };
        const inserted = await insertAsked(tx, asked);
        if (inserted === undefined) {
          throw new AppError(UNDER_WAY, { message: 'Another one has not ended yet.' });
        }
        const entry = {
          recordedMs: nowMs,
          actor: staffActor(request),
          action: 'reconciliation.asked',
          subject: { kind: 'reconciliation', id: inserted },
          reason,
          after: { dry_run: isDry },
        };
        await appendAudit(tx, [entry]);
        return inserted;
      });
      return listedAnswer(await get(database, id));
    },
  });
}

function readingRoutes(database: Database): Route[] {
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/reconciliations',
      summary: 'Reconciliations that staff have asked for, newest first',
      permission: 'operations.read',
      query: Input(paging),
      response: PageOf(Listed),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const beforeId = readIdCursor(cursor);
        const found = await listAsked(database, { beforeId, limit: limit + 1 });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        return { data: rows.map(listedAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/reconciliations/{reconciliation}',
      summary: 'One of them with what it found',
      permission: 'operations.read',
      params: Type.Object({ reconciliation: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      response: Whole,
      async handler({ params }) {
        const found = await get(database, Number(params.reconciliation));
        const customers = found.customers ?? [];
        return {
          ...listedAnswer(found),
          customers: customers.map((each) => ({ ...each, differences: [...each.differences] })),
        };
      },
    }),
  ];
}

async function get(database: Database, id: number): Promise<AskedReconciliation> {
  const [found] = await listAsked(database, { id, limit: 1 });
  if (found !== undefined) return found;
  throw new AppError(UNKNOWN, { message: `There is no reconciliation ${id}.` });
}

function listedAnswer(of: AskedReconciliation) {
  return {
    id: of.id,
    staff_id: of.staffId,
    reason: of.reason,
    dry_run: !of.applies,
    state: of.state,
    asked_at: formatInstant(of.askedMs),
    ended_at: of.endedMs === null ? null : formatInstant(of.endedMs),
    compared: of.compared,
    different: of.customers?.length ?? null,
    mended: of.mended,
    fault: of.fault,
  };
}
