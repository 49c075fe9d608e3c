import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { permissionsOf, ROLES } from '../../../platform/permissions.ts';
import type { Exchange, Staff } from '../../../platform/routes.ts';
import { Nullable, Text } from '../../../platform/schemas.ts';
import { dropCookie, setCookie, CHALLENGE_COOKIE } from '../cookies.ts';
import { findMember } from '../members/store.ts';
import type { StaffParts } from '../parts.ts';
import { csrfTokenOf, STAFF_COOKIE } from '../secrets.ts';
import { findBySession, type OpenedSession } from '../sessions/sessions.ts';
import { assert } from '@whisperforge/kernel/assert';

/** What the portal says of the server at the foot of each page. */
export interface ServerInfo {
  readonly version: string;
  readonly mode: 'development' | 'test' | 'live';
}

export const RoleName = Type.Enum([...ROLES]);
export const Email = Type.Unsafe<string>({
  'type': 'string',
  'maxLength': 254,
  'pattern': '^[^<>@\\s\\u0000-\\u001f]+@[^<>@\\s\\u0000-\\u001f]+$',
  'examples': ['ada@example.com'],
  'x-check': 'text',
});
export const Password = Text({ maxLength: 1_000, description: 'At least 12 characters.' });
export const Name = Text({ minLength: 1, maxLength: 100 });
export const Secret = Text({ minLength: 1, maxLength: 200 });
export const Done = Type.Object({});
/** A number in a path, where everything is text. */
export const Id = Type.String({ pattern: '^[1-9][0-9]{0,14}$' });

export const SessionAnswer = Type.Object({
  staff: Type.Object({
    id: Type.Integer(),
    email: Type.String(),
    name: Type.String(),
    role: Type.String(),
    has_second_factor: Type.Boolean(),
  }),
  permissions: Type.Array(Type.String()),
  csrf_token: Nullable(
    Type.String({ description: 'For `X-CSRF-Token`; null for a token, which needs none.' }),
  ),
  signed_in_at: Nullable(
    Type.String({ description: 'When who it is was last proved; what is sensitive asks for it.' }),
  ),
  expires_at: Type.String(),
  server: Type.Object({ version: Type.String(), mode: Type.String(), now: Type.String() }),
});

export const SignInAnswer = Type.Object({
  state: Type.Enum(['signed_in', 'code_needed']),
  session: Type.Union([SessionAnswer, Type.Null()]),
});

export interface Showing {
  readonly parts: StaffParts;
  readonly server: ServerInfo;
}

interface Shown {
  readonly staff: Staff;
  /** What the cookie holds; none of a token. */
  readonly secret: string | undefined;
  readonly nowMs: number;
}

/** What the portal knows of whoever is signed in. */
export async function sessionAnswer(
  { parts, server }: Showing,
  { staff, secret, nowMs }: Shown,
): Promise<Static<typeof SessionAnswer>> {
  const member = await findMember(parts.database, staff.staffId);
  const { staffId: id, email, name, role } = staff;
  return {
    staff: { id, email, name, role, has_second_factor: member?.hasSecondFactor === true },
    permissions: [...permissionsOf(role)],
    csrf_token: secret === undefined ? null : csrfTokenOf(secret),
    signed_in_at: staff.provedMs === undefined ? null : formatInstant(staff.provedMs),
    expires_at: formatInstant(staff.expiresMs),
    server: { ...server, now: formatInstant(nowMs) },
  };
}

/** Hands the browser its session, and tells the page about it. */
export async function handOver(
  showing: Showing,
  { exchange, session, nowMs }: { exchange: Exchange; session: OpenedSession; nowMs: number },
): Promise<Static<typeof SignInAnswer>> {
  const { parts } = showing;
  const at = parts.clock.nowMs();
  keepSession(exchange, session, at);
  const staff = await findBySession(parts.database, session.secret, at);
  assert(staff !== undefined, 'a session that was just opened is found');
  const answer = await sessionAnswer(showing, { staff, secret: session.secret, nowMs });
  return { state: 'signed_in', session: answer };
}

export function keepSession(exchange: Exchange, session: OpenedSession, nowMs: number): void {
  const { secret, expiresMs } = session;
  setCookie(exchange, { name: STAFF_COOKIE, value: secret, maxAgeMs: expiresMs - nowMs });
  if (exchange.cookie(CHALLENGE_COOKIE) !== undefined) dropCookie(exchange, CHALLENGE_COOKIE);
}
