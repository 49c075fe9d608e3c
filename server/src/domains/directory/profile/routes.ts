import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { route, staffActor, staffOf, type Route } from '../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
  UserId,
} from '../../../platform/schemas.ts';
import { renameUser } from '../../accounts/index.ts';
import { FILTER_INVALID } from '../errors.ts';
import { addNote, takeNoteBack } from '../notes/notes.ts';
import { describeRow, TimelineSchema } from '../timeline/schemas.ts';
import { TIMELINE_KINDS, type TimelineKind } from '../timeline/entry.ts';
import { readTimeline } from '../timeline/timeline.ts';
import { loadUserProfile, type ProfileDependencies } from './profile.ts';
import { profileAnswer, ProfileSchema } from './schemas.ts';

const Reason = Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' });
const Params = Input({ user: UserId });
const NoteText = Text({ minLength: 1, maxLength: 10_000 });

export function profileRoutes(deps: ProfileDependencies): Route[] {
  return [profileRoute(deps), timelineRoute(deps), renameRoute(deps), ...noteRoutes(deps)];
}

function profileRoute(deps: ProfileDependencies): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/users/{user}',
    summary: 'All there is to know of a user',
    tag: 'Directory',
    scope: 'staff',
    permission: 'users.read',
    params: Params,
    response: ProfileSchema,
    async handler({ params, nowMs }) {
      return profileAnswer(await loadUserProfile(deps, params.user), nowMs);
    },
  });
}

function timelineRoute({ database, accounts }: ProfileDependencies): Route {
  return route({
    method: 'GET',
    path: '/admin/v1/users/{user}/timeline',
    summary: 'All that has happened to a user, latest first',
    description: 'Use is added up by days of UTC; a page may hold less than its limit.',
    tag: 'Directory',
    scope: 'staff',
    permission: 'users.read',
    params: Params,
    query: Input({
      kinds: Type.Optional(
        Text({ maxLength: 200, description: `Some of ${TIMELINE_KINDS.join(', ')}.` }),
      ),
      ...paging,
    }),
    response: PageOf(TimelineSchema),
    async handler({ params, query, nowMs }) {
      const user = await accounts.getUser(params.user);
      const { rows, nextCursor } = await readTimeline(database, {
        accountId: user.accountId,
        kinds: kindsOf(query.kinds),
        cursor: query.cursor,
        limit: query.limit ?? USUAL_ON_A_PAGE,
        nowMs,
      });
      return { data: rows.map(describeRow), next_cursor: nextCursor };
    },
  });
}

function kindsOf(text: string | undefined): readonly TimelineKind[] {
  if (text === undefined || text === '') return TIMELINE_KINDS;
  return text.split(',').map((name) => {
    const kind = TIMELINE_KINDS.find((each) => each === name);
    if (kind !== undefined) return kind;
    throw new AppError(FILTER_INVALID, {
      message: `A timeline does not tell of ${name}.`,
      fields: [{ field: '/kinds', message: `is some of ${TIMELINE_KINDS.join(', ')}` }],
    });
  });
}

function renameRoute({ database }: ProfileDependencies): Route {
  const Names = Type.Object({ email: Type.String(), name: Nullable(Type.String()) });
  return route({
    method: 'PATCH',
    path: '/admin/v1/users/{user}',
    summary: 'Rename a user',
    description: 'What the app tells of the user later holds again.',
    tag: 'Directory',
    scope: 'staff',
    permission: 'users.write',
    params: Params,
    body: Input({
      name: Type.Optional(Text({ minLength: 1, maxLength: 200 })),
      email: Type.Optional(Text({ minLength: 3, maxLength: 320 })),
      reason: Reason,
      version: Type.Integer(),
      dry_run: Type.Optional(Type.Boolean()),
    }),
    response: Type.Object({
      before: Names,
      after: Names,
      version: Type.Integer(),
      undo: Type.Object({
        method: Type.String(),
        path: Type.String(),
        body: Type.Object({ email: Type.String(), name: Type.Optional(Type.String()) }),
      }),
    }),
    async handler(request) {
      const { params, body, nowMs } = request;
      const { reason, version, dry_run: isDry, ...change } = body;
      const context = { actor: staffActor(request), nowMs, reason, version, isDry };
      const {
        before,
        user,
        version: after,
      } = await renameUser(database, params.user, change, context);
      const { email, name } = before;
      return {
        before: { email, name },
        after: { email: user.email, name: user.name },
        version: after,
        undo: {
          method: 'PATCH',
          path: `/admin/v1/users/${params.user}`,
          body: { email, ...(name !== null && { name }) },
        },
      };
    },
  });
}

function noteRoutes({ database, accounts }: ProfileDependencies): Route[] {
  return [
    route({
      method: 'POST',
      path: '/admin/v1/users/{user}/notes',
      summary: 'Write a note about a user',
      tag: 'Directory',
      scope: 'staff',
      permission: 'users.write',
      params: Params,
      body: Input({ text: NoteText }),
      response: Type.Object({
        id: Type.String(),
        created_at: Type.String(),
        undo: Type.Object({ method: Type.String(), path: Type.String() }),
      }),
      async handler(request) {
        const { params, body, nowMs } = request;
        const user = await accounts.getUser(params.user);
        const author = { actor: staffActor(request), staffId: staffOf(request).staffId, nowMs };
        const id = String(await addNote(database, user, body.text, author));
        const path = `/admin/v1/users/${params.user}/notes/${id}`;
        return { id, created_at: formatInstant(nowMs), undo: { method: 'DELETE', path } };
      },
    }),
    route({
      method: 'DELETE',
      path: '/admin/v1/users/{user}/notes/{note}',
      summary: 'Take a note back',
      tag: 'Directory',
      scope: 'staff',
      permission: 'users.write',
      params: Input({ user: UserId, note: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) }),
      response: Type.Object({ id: Type.String() }),
      async handler(request) {
        const { params, nowMs } = request;
        const user = await accounts.getUser(params.user);
        const author = { actor: staffActor(request), staffId: staffOf(request).staffId, nowMs };
        await takeNoteBack(database, user, Number(params.note), author);
        return { id: params.note };
      },
    }),
  ];
}
