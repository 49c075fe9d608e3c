import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { pageOf, readIdCursor } from '../../../../platform/pages.ts';
import { route, staffActor, staffOf, TextFile, type Route } from '../../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../../platform/schemas.ts';
import { appendAudit } from '../../../audit/index.ts';
import { staffCommand } from '../../../plans/index.ts';
import { csvLine } from '../../../pricing/index.ts';
import { BULK_USER_STATES } from '../bulk-deed.ts';
import { requirePermission } from '../permission.ts';
import {
  bulkDeedAnswer,
  BulkDeedSchema,
  BulkProgressSchema,
  RefusalsSchema,
  reportedAnswer,
  ReportedUserSchema,
} from './schemas.ts';
import { required, turnBulk } from '../service.ts';
import { findBulkDeed, findBulkDeeds, findUndo } from '../store/deeds.ts';
import { countRefusals, listTargets, type ReportedUser } from '../store/report.ts';
import { countTargets } from '../store/targets.ts';

export interface ProgressDependencies {
  readonly database: Database;
  readonly onBegun: () => void;
}

const path = '/admin/v1/bulk-deeds';
const read = { tag: 'Directory', scope: 'staff', permission: 'users.read' } as const;
const write = { tag: 'Directory', scope: 'staff', permission: 'bulk.write' } as const;

const Id = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });
const Params = Input({ id: Id });
const State = Type.Optional(Type.Enum([...BULK_USER_STATES]));

/** How far bulk deeds are, what came of them, and their stop. */
export function progressRoutes(deps: ProgressDependencies): Route[] {
  return [
    listRoute(deps),
    progressRoute(deps),
    usersRoute(deps),
    exportRoute(deps),
    ...turningRoutes(deps),
  ];
}

function listRoute({ database }: ProgressDependencies): Route {
  return route({
    ...read,
    method: 'GET',
    path,
    summary: 'What was done to many users, the latest first',
    query: Input(paging),
    response: PageOf(BulkDeedSchema),
    async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
      const beforeId = readIdCursor(cursor);
      const found = await findBulkDeeds(database, { beforeId, limit: limit + 1 });
      const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
      return { data: rows.map(bulkDeedAnswer), next_cursor: nextCursor };
    },
  });
}

function progressRoute({ database }: ProgressDependencies): Route {
  return route({
    ...read,
    method: 'GET',
    path: `${path}/{id}`,
    summary: 'A bulk deed, and how far it is',
    params: Params,
    response: Type.Object({
      bulk_deed: BulkDeedSchema,
      progress: BulkProgressSchema,
      refusals: RefusalsSchema,
      undone_by: Nullable(Type.String({ description: 'The bulk deed that takes it back.' })),
    }),
    async handler({ params }) {
      const id = Number(params.id);
      const deed = required(await findBulkDeed(database, id), id);
      const counts = await countTargets(database, id);
      const refusals = await countRefusals(database, id);
      const progress = { total: deed.users, ...counts };
      const undo = await findUndo(database, id);
      const undoneBy = undo === null ? null : String(undo);
      return { bulk_deed: bulkDeedAnswer(deed), progress, refusals, undone_by: undoneBy };
    },
  });
}

function usersRoute({ database }: ProgressDependencies): Route {
  return route({
    ...read,
    method: 'GET',
    path: `${path}/{id}/users`,
    summary: 'The users of a bulk deed, and what came of each',
    params: Params,
    query: Input({ state: State, ...paging }),
    response: PageOf(ReportedUserSchema),
    async handler({ params, query: { state, cursor, limit = USUAL_ON_A_PAGE } }) {
      const id = Number(params.id);
      const { id: bulkDeedId } = required(await findBulkDeed(database, id), id);
      const afterAccountId = readIdCursor(cursor) ?? 0;
      const page = { bulkDeedId, state, afterAccountId, limit: limit + 1 };
      const found = await listTargets(database, page);
      const { rows, nextCursor } = pageOf(found, limit, ({ accountId }) => String(accountId));
      return { data: rows.map(reportedAnswer), next_cursor: nextCursor };
    },
  });
}

function exportRoute({ database }: ProgressDependencies): Route {
  return route({
    ...read,
    permission: 'users.export',
    method: 'GET',
    path: `${path}/{id}/users/export.csv`,
    summary: 'The users of a bulk deed, as a table',
    params: Params,
    query: Input({ state: State }),
    contentType: 'text/csv; charset=utf-8',
    response: TextFile,
    async handler(request) {
      const { state } = request.query;
      const id = Number(request.params.id);
      const { id: bulkDeedId } = required(await findBulkDeed(database, id), id);
      const subject = { kind: 'list', id: `bulk_deed:${id}` };
      const taken = {
        action: 'directory.users_exported',
        subject,
        after: { state: state ?? null },
      };
      const actor = staffActor(request);
      await database.transaction((tx) =>
        appendAudit(tx, [{ recordedMs: request.nowMs, actor, ...taken }]),
      );
      return exported(database, { bulkDeedId, state });
    },
  });
}

const ROWS_A_PAGE = 1_000;
const COLUMNS = ['user', 'email', 'name', 'state', 'code', 'detail', 'settled_at'];

async function* exported(
  database: Database,
  of: Pick<Parameters<typeof listTargets>[1], 'bulkDeedId' | 'state'>,
): AsyncIterable<string> {
  let lines = csvLine(COLUMNS);
  let afterAccountId = 0;
  for (;;) {
    const rows = await listTargets(database, { ...of, afterAccountId, limit: ROWS_A_PAGE });
    yield lines + rows.map(csvOf).join('');
    lines = '';
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS_A_PAGE) return;
    afterAccountId = last.accountId;
  }
}

function csvOf({ externalId, email, name, state, code, detail, settledMs }: ReportedUser): string {
  const settledAt = settledMs === null ? '' : formatInstant(settledMs);
  return csvLine([externalId, email, name ?? '', state, code ?? '', detail ?? '', settledAt]);
}

function turningRoutes({ database, onBegun }: ProgressDependencies): Route[] {
  const turning = (name: 'stop' | 'resume', summary: string): Route =>
    route({
      ...write,
      method: 'POST',
      path: `${path}/{id}/${name}`,
      summary,
      params: Params,
      body: Input({
        version: Type.Integer({ minimum: 1 }),
        reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
      }),
      response: BulkDeedSchema,
      async handler(request) {
        const { version, reason } = request.body;
        const id = Number(request.params.id);
        const { kind } = required(await findBulkDeed(database, id), id);
        // Whoever sees that something goes wrong may stop it, and not begin it again.
        if (name === 'resume') requirePermission(staffOf(request), kind);
        const state = name === 'stop' ? 'stopped' : 'running';
        const command = staffCommand(request, reason);
        const turned = await database.transaction((tx) =>
          turnBulk(tx, { id, version, state }, command),
        );
        if (name === 'resume') onBegun();
        return bulkDeedAnswer(turned);
      },
    });
  return [
    turning('stop', 'Stop a bulk deed; to whom it was done it stays done'),
    turning('resume', 'Go on with a bulk deed that was stopped'),
  ];
}
