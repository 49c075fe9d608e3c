import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { pageOf, readCursor, writeCursor } from '../../../platform/pages.ts';
import {
  route,
  staffActor,
  staffOf,
  type Route,
  type RouteRequest,
} from '../../../platform/routes.ts';
import {
  Input,
  Metadata,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import { listViews, type View, type ViewPlace } from './store-views.ts';
import { changeView, forgetView, saveView, type ViewContext } from './views.ts';

const ListName = Type.String({
  pattern: '^[a-z][a-z0-9_-]{0,62}$',
  description: 'Such as users.',
});
const Params = Input({ view: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) });
const terms = {
  name: Text({ minLength: 1, maxLength: 100 }),
  query: Metadata,
  shared: Type.Boolean(),
};

const ViewSchema = Type.Object({
  id: Type.String(),
  list: Type.String(),
  name: Type.String(),
  query: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  shared: Type.Boolean(),
  own: Type.Boolean(),
  staff: Type.Object({ id: Type.String(), name: Nullable(Type.String()) }),
  version: Type.Integer(),
  updated_at: Type.String(),
});

const SavedSchema = Type.Object({ id: Type.String(), version: Type.Integer() });

export function viewsRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/admin/v1/views',
      summary: 'Saved views of lists: your own, and those that are shared',
      tag: 'Directory',
      scope: 'staff',
      permission: 'self',
      query: Input({ list: Type.Optional(ListName), ...paging }),
      response: PageOf(ViewSchema),
      async handler(request) {
        const { staffId } = staffOf(request);
        const { list, cursor, limit = USUAL_ON_A_PAGE } = request.query;
        const after = cursor === undefined ? undefined : placeAfter(cursor);
        const found = await listViews(database, { list, staffId, after, limit: limit + 1 });
        const { rows, nextCursor } = pageOf(found, limit, ({ list: of, name, id }) =>
          writeCursor([of, name, id]),
        );
        return { data: rows.map((view) => viewAnswer(view, staffId)), next_cursor: nextCursor };
      },
    }),
    route({
      method: 'POST',
      path: '/admin/v1/views',
      summary: 'Save a view',
      tag: 'Directory',
      scope: 'staff',
      permission: 'self',
      body: Input({ list: ListName, ...terms }),
      response: SavedSchema,
      async handler(request) {
        const { list, name, query, shared } = request.body;
        const view = { list, name, query, isShared: shared };
        return savedAnswer(await saveView(database, view, contextOf(request)));
      },
    }),
    route({
      method: 'PUT',
      path: '/admin/v1/views/{view}',
      summary: 'Change a view of your own',
      tag: 'Directory',
      scope: 'staff',
      permission: 'self',
      params: Params,
      body: Input({ ...terms, version: Type.Integer() }),
      response: SavedSchema,
      async handler(request) {
        const { name, query, shared, version } = request.body;
        const known = { id: Number(request.params.view), version };
        const view = { name, query, isShared: shared };
        return savedAnswer(await changeView(database, known, view, contextOf(request)));
      },
    }),
    route({
      method: 'DELETE',
      path: '/admin/v1/views/{view}',
      summary: 'Delete a view of your own',
      tag: 'Directory',
      scope: 'staff',
      permission: 'self',
      params: Params,
      response: Type.Object({ id: Type.String() }),
      async handler(request) {
        await forgetView(database, Number(request.params.view), contextOf(request));
        return { id: request.params.view };
      },
    }),
  ];
}

function placeAfter(cursor: string): ViewPlace {
  const [list, name, id] = readCursor(cursor, ['string', 'string', 'number']);
  return { list, name, id };
}

function contextOf(request: RouteRequest<unknown, unknown, unknown>): ViewContext {
  const { staffId } = staffOf(request);
  return { actor: staffActor(request), staffId, nowMs: request.nowMs };
}

function savedAnswer(saved: {
  readonly id: number;
  readonly version: number;
}): Static<typeof SavedSchema> {
  return { id: String(saved.id), version: saved.version };
}

function viewAnswer(view: View, staffId: number): Static<typeof ViewSchema> {
  return {
    id: String(view.id),
    list: view.list,
    name: view.name,
    query: { ...view.query },
    shared: view.isShared,
    own: view.staffId === staffId,
    staff: { id: String(view.staffId), name: view.staffName },
    version: view.revision,
    updated_at: formatInstant(view.updatedMs),
  };
}
