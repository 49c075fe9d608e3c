import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import {
  ALL_PERMISSIONS,
  may,
  PERMISSIONS,
  permissionsOf,
  ROLE_SUMMARIES,
  ROLES,
} from '../../../platform/permissions.ts';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { route, staffActor, type Route } from '../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import { changeMember, type ChangedMember } from '../members/members.ts';
import type { Member } from '../members/member.ts';
import { listMembers } from '../members/store.ts';
import type { StaffParts } from '../parts.ts';
import { Id, Name, RoleName } from './answers.ts';

const tag = 'Staff';
const reading = { tag, scope: 'staff', permission: 'staff.read' } as const;
const changing = {
  tag,
  scope: 'staff',
  permission: 'staff.write',
  needsFreshSignIn: true,
} as const;

const MemberAnswer = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  name: Type.String(),
  role: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  has_second_factor: Type.Boolean(),
  created_at: Type.String(),
  signed_in_at: Nullable(Type.String()),
  deactivated_at: Nullable(Type.String()),
});

/** What every change of a member says. */
const changeFields = {
  version: Type.Integer({ minimum: 1, description: 'Of the member who was looked at.' }),
  reason: Text({ minLength: 3, maxLength: 500, description: 'For the audit trail.' }),
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};

const Fields = Type.Unsafe<Readonly<Record<string, unknown>>>({
  type: 'object',
  additionalProperties: true,
  description: 'What is another, and what ends by it.',
});

const ChangedAnswer = Type.Object({
  ...MemberAnswer.properties,
  dry_run: Type.Boolean(),
  before: Fields,
  after: Fields,
  undo: Nullable(
    Type.Object(
      { method: Type.String(), path: Type.String(), body: Fields },
      { description: 'What takes it back, to be sent with a reason; null where nothing does.' },
    ),
  ),
});

/** Who may sign in, and as what. */
export function memberRoutes(parts: StaffParts): Route[] {
  return [
    rolesRoute(),
    route({
      ...reading,
      method: 'GET',
      path: '/admin/v1/staff',
      summary: 'Members of staff, also those who were deactivated',
      query: Input({ role: Type.Optional(RoleName), ...paging }),
      response: PageOf(MemberAnswer),
      async handler({ query: { role, cursor, limit = USUAL_ON_A_PAGE } }) {
        const page = { afterId: readIdCursor(cursor), limit: limit + 1 };
        const found = await listMembers(parts.database, { role, ...page });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        return { data: rows.map(memberAnswer), next_cursor: nextCursor };
      },
    }),
    changeRoute(parts),
    deactivateRoute(parts),
  ];
}

function changeRoute(parts: StaffParts): Route {
  return route({
    ...changing,
    method: 'PATCH',
    path: '/admin/v1/staff/{id}',
    summary: 'Renames a member, or gives them another role',
    description: 'Another role ends their sessions, and tokens that carry more than it.',
    params: Type.Object({ id: Id }),
    body: Input({
      role: Type.Optional(RoleName),
      name: Type.Optional(Name),
      ...changeFields,
    }),
    response: ChangedAnswer,
    async handler(request) {
      const { reason, dry_run: isDry = false, ...wanted } = request.body;
      const by = { actor: staffActor(request), nowMs: request.nowMs };
      const change = { id: Number(request.params.id), wanted, reason, isDry };
      return changedAnswer(await changeMember(parts, change, by), isDry);
    },
  });
}

function deactivateRoute(parts: StaffParts): Route {
  return route({
    ...changing,
    method: 'DELETE',
    path: '/admin/v1/staff/{id}',
    summary: 'Deactivates a member: they are out at once, and what they did stays',
    description: 'Nothing undoes it: whoever is to come back is invited again.',
    params: Type.Object({ id: Id }),
    query: Input(changeFields),
    response: ChangedAnswer,
    async handler(request) {
      const { version, reason, dry_run: isDry = false } = request.query;
      const by = { actor: staffActor(request), nowMs: request.nowMs };
      const wanted = { isDeactivated: true, version } as const;
      const change = { id: Number(request.params.id), wanted, reason, isDry };
      return changedAnswer(await changeMember(parts, change, by), isDry);
    },
  });
}

function changedAnswer(
  { member, before, after, undo }: ChangedMember,
  isDry: boolean,
): Static<typeof ChangedAnswer> {
  const { id, version } = member;
  const path = `/admin/v1/staff/${id}`;
  const takesBack = { method: 'PATCH', path, body: { ...undo, version } };
  return {
    ...memberAnswer(member),
    dry_run: isDry,
    before,
    after,
    undo: isDry || undo === null ? null : takesBack,
  };
}

function memberAnswer(member: Member): Static<typeof MemberAnswer> {
  const { signedInMs, deactivatedMs } = member;
  return {
    id: member.id,
    email: member.email,
    name: member.name,
    role: member.role,
    version: member.version,
    has_second_factor: member.hasSecondFactor,
    created_at: formatInstant(member.createdMs),
    signed_in_at: signedInMs === null ? null : formatInstant(signedInMs),
    deactivated_at: deactivatedMs === null ? null : formatInstant(deactivatedMs),
  };
}

const Roles = Type.Object({
  roles: Type.Array(
    Type.Object({
      role: Type.String(),
      summary: Type.String(),
      permissions: Type.Array(Type.String()),
    }),
  ),
  permissions: Type.Array(
    Type.Object({
      permission: Type.String(),
      summary: Type.String(),
      roles: Type.Array(Type.String()),
    }),
  ),
});

function rolesRoute(): Route {
  return route({
    tag,
    scope: 'staff',
    permission: 'self',
    method: 'GET',
    path: '/admin/v1/roles',
    summary: 'Who may do what',
    response: Roles,
    handler: () =>
      Promise.resolve({
        roles: ROLES.map((role) => ({
          role,
          summary: ROLE_SUMMARIES[role],
          permissions: [...permissionsOf(role)],
        })),
        permissions: ALL_PERMISSIONS.map((permission) => ({
          permission,
          summary: PERMISSIONS[permission].summary,
          roles: ROLES.filter((role) => may(role, permission)),
        })),
      }),
  });
}
