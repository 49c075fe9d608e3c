import Type, { type Static } from 'typebox';
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
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import {
  placeOf,
  writtenKinds,
  type Annotation,
  type AnnotationContext,
  type AnnotationPlace,
} from './annotation.ts';
import type { Annotations } from './annotations.ts';

const Day = Text({ maxLength: 10, description: 'A day of the reporting time zone.' });
const Params = Input({ annotation: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) });
const Version = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const terms = {
  day: Day,
  until_day: Type.Optional(Nullable(Day)),
  kind: Type.Enum([...writtenKinds]),
  title: Text({ minLength: 1, maxLength: 120 }),
  detail: Type.Optional(Text({ maxLength: 2_000 })),
};

const AnnotationSchema = Type.Object({
  id: Nullable(Type.String({ description: 'None, where the system made it.' })),
  day: Type.String(),
  until_day: Nullable(Type.String()),
  kind: Type.String(),
  title: Type.String(),
  detail: Type.String(),
  staff: Nullable(Type.String()),
  version: Nullable(Type.Integer()),
});
const SavedSchema = Type.Object({ id: Type.String(), version: Type.Integer() });

const tag = 'Metrics';
const path = '/admin/v1/annotations';

/** What to bear in mind when looking at figures. */
export function annotationsRoutes(annotations: Annotations): Route[] {
  return [
    route({
      method: 'GET',
      path,
      summary: 'Annotations of the figures, by day',
      description: 'Written by staff, and those of the system: plans published, prices changed.',
      tag,
      scope: 'staff',
      permission: 'metrics.read',
      query: Input({
        from: Type.Optional(Day),
        to: Type.Optional(Day),
        sort: Type.Optional(Type.Enum(['earliest', 'latest'])),
        ...paging,
      }),
      response: PageOf(AnnotationSchema),
      async handler({ query: { from, to, sort, cursor, limit = USUAL_ON_A_PAGE }, nowMs }) {
        const span = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
        const after = cursor === undefined ? undefined : placeAfter(cursor);
        const page = { isLatestFirst: sort === 'latest', after, limit: limit + 1 };
        const found = await annotations.list(span, page, nowMs);
        const { rows, nextCursor } = pageOf(found, limit, cursorAfter);
        return { data: rows.map(annotationAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      method: 'POST',
      path,
      summary: 'Write an annotation',
      tag,
      scope: 'staff',
      permission: 'metrics.annotate',
      body: Input(terms),
      response: SavedSchema,
      async handler(request) {
        return savedAnswer(await annotations.add(termsOf(request.body), contextOf(request)));
      },
    }),
    ...changingRoutes(annotations),
  ];
}

function changingRoutes(annotations: Annotations): Route[] {
  return [
    route({
      method: 'PUT',
      path: `${path}/{annotation}`,
      summary: 'Change an annotation',
      tag,
      scope: 'staff',
      permission: 'metrics.annotate',
      params: Params,
      body: Input({ ...terms, version: Version }),
      response: SavedSchema,
      async handler(request) {
        const { params, body } = request;
        const known = { id: Number(params.annotation), version: body.version };
        const saved = await annotations.change(known, termsOf(body), contextOf(request));
        return savedAnswer(saved);
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/{annotation}`,
      summary: 'Take an annotation away',
      tag,
      scope: 'staff',
      permission: 'metrics.annotate',
      params: Params,
      query: Input({ version: Version }),
      response: Type.Object({}),
      async handler(request) {
        const { params, query } = request;
        const known = { id: Number(params.annotation), version: query.version };
        await annotations.remove(known, contextOf(request));
        return {};
      },
    }),
  ];
}

const Terms = Input(terms);

function termsOf(body: Static<typeof Terms>) {
  const { day, until_day: untilDay = null, kind, title, detail = '' } = body;
  return { day, untilDay, kind, title, detail };
}

function cursorAfter(last: Annotation): string {
  const { day, isSystem, serial } = placeOf(last);
  return writeCursor([day, Number(isSystem), serial]);
}

function placeAfter(cursor: string): AnnotationPlace {
  const [day, isSystem, serial] = readCursor(cursor, ['day', 'number', 'number']);
  return { day, isSystem: isSystem !== 0, serial };
}

function contextOf(request: RouteRequest<unknown, unknown, unknown>): AnnotationContext {
  const { staffId } = staffOf(request);
  return { actor: staffActor(request), staffId, nowMs: request.nowMs };
}

function savedAnswer({ id, version }: { readonly id: number; readonly version: number }) {
  return { id: String(id), version };
}

function annotationAnswer(annotation: Annotation): Static<typeof AnnotationSchema> {
  const { id, day, untilDay, kind, title, detail, staffName, revision } = annotation;
  return {
    id: id === null ? null : String(id),
    day,
    until_day: untilDay,
    kind,
    title,
    detail,
    staff: staffName,
    version: revision,
  };
}
