import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { route, staffActor, staffOf, type Route } from '../../../platform/routes.ts';
import {
  Input,
  Nullable,
  PageOf,
  paging,
  Text,
  USUAL_ON_A_PAGE,
} from '../../../platform/schemas.ts';
import { invite, revokeInvitation } from '../invitations/invitations.ts';
import { listInvitations, type Invitation } from '../invitations/store.ts';
import type { StaffParts } from '../parts.ts';
import { listLiveTokens, type StaffToken } from '../tokens/store.ts';
import { createToken, revokeToken } from '../tokens/tokens.ts';
import { Done, Email, Id, RoleName } from './answers.ts';

/** Invitations, and tokens for scripts. */
export function grantingRoutes(parts: StaffParts): Route[] {
  return [...invitationRoutes(parts), ...tokenRoutes(parts)];
}

const InvitationAnswer = Type.Object({
  id: Type.Integer(),
  email: Type.String(),
  role: Type.String(),
  invited_by: Nullable(Type.Integer()),
  created_at: Type.String(),
  expires_at: Type.String(),
});

function invitationRoutes(parts: StaffParts): Route[] {
  const path = '/admin/v1/invitations';
  const changing = {
    tag: 'Staff',
    scope: 'staff',
    permission: 'staff.write',
    needsFreshSignIn: true,
  } as const;
  return [
    route({
      tag: 'Staff',
      scope: 'staff',
      permission: 'staff.read',
      method: 'GET',
      path,
      summary: 'Invitations that nobody has accepted yet',
      query: Input(paging),
      response: PageOf(InvitationAnswer),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const page = { afterId: readIdCursor(cursor), limit: limit + 1 };
        const open = await listInvitations(parts.database, { nowMs: parts.clock.nowMs(), ...page });
        const { rows, nextCursor } = pageOf(open, limit, ({ id }) => String(id));
        return { data: rows.map(invitationAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...changing,
      method: 'POST',
      path,
      summary: 'Invites somebody by mail',
      description: 'In place of an earlier invitation to the same address. Good for seven days.',
      body: Input({ email: Email, role: RoleName }),
      response: InvitationAnswer,
      async handler(request) {
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        const inviter = staffOf(request);
        return invitationAnswer(
          await invite(parts, { ...request.body, inviter, sendsMail: true }, by),
        );
      },
    }),
    route({
      ...changing,
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: 'Takes an invitation back',
      params: Type.Object({ id: Id }),
      response: Done,
      async handler(request) {
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        await revokeInvitation(parts, Number(request.params.id), by);
        return {};
      },
    }),
  ];
}

function invitationAnswer(invitation: Invitation): Static<typeof InvitationAnswer> {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    invited_by: invitation.invitedBy,
    created_at: formatInstant(invitation.createdMs),
    expires_at: formatInstant(invitation.expiresMs),
  };
}

const tokenFields = {
  id: Type.Integer(),
  name: Type.String(),
  prefix: Type.String(),
  role: Type.String(),
  created_at: Type.String(),
  expires_at: Type.String(),
};
const TokenAnswer = Type.Object(tokenFields);

function tokenRoutes(parts: StaffParts): Route[] {
  const path = '/admin/v1/tokens';
  const self = { tag: 'Staff, about themselves', scope: 'staff', permission: 'self' } as const;
  return [
    route({
      ...self,
      method: 'GET',
      path,
      summary: 'One’s own tokens for scripts; never the tokens themselves',
      query: Input(paging),
      response: PageOf(TokenAnswer),
      async handler(request) {
        const { cursor, limit = USUAL_ON_A_PAGE } = request.query;
        const own = { staffId: staffOf(request).staffId, nowMs: parts.clock.nowMs() };
        const page = { afterId: readIdCursor(cursor), limit: limit + 1 };
        const tokens = await listLiveTokens(parts.database, { ...own, ...page });
        const { rows, nextCursor } = pageOf(tokens, limit, ({ id }) => String(id));
        return { data: rows.map(tokenAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      ...self,
      needsFreshSignIn: true,
      method: 'POST',
      path,
      summary: 'Makes a token for a script',
      description:
        'Shown this once. It carries a role of which its maker may all, and is good for no longer.',
      body: Input({
        name: Text({ minLength: 1, maxLength: 100 }),
        role: RoleName,
        expires_in_days: Type.Integer({ minimum: 1, maximum: 365 }),
      }),
      response: Type.Object({ ...tokenFields, token: Type.String() }),
      async handler(request) {
        const { name, role, expires_in_days: days } = request.body;
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        const command = { staff: staffOf(request), name, role, days };
        const { token, secret } = await createToken(parts, command, by);
        return { ...tokenAnswer(token), token: secret };
      },
    }),
    route({
      ...self,
      needsFreshSignIn: true,
      method: 'DELETE',
      path: `${path}/{id}`,
      summary: 'Makes a token useless, at once and for good',
      params: Type.Object({ id: Id }),
      response: Done,
      async handler(request) {
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        const { staffId } = staffOf(request);
        await revokeToken(parts, { staffId, id: Number(request.params.id) }, by);
        return {};
      },
    }),
  ];
}

function tokenAnswer(token: StaffToken): Static<typeof TokenAnswer> {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    role: token.role,
    created_at: formatInstant(token.createdMs),
    expires_at: formatInstant(token.expiresMs),
  };
}
