import { assert } from '@whisperforge/kernel/assert';
import { randomText } from '@whisperforge/kernel/ids';
import { openDatabase } from '../../src/adapters/postgres/index.ts';
import { csrfTokenOf, STAFF_COOKIE } from '../../src/domains/staff/index.ts';
import { insertMember } from '../../src/domains/staff/members/store.ts';
import { openSession } from '../../src/domains/staff/sessions/sessions.ts';
import type { Role } from '../../src/platform/permissions.ts';
import type { RequestOptions, TestServer } from './server.ts';

/** A member of staff who is signed in; to be handed to `server.request` as its options. */
export interface SignedInStaff extends RequestOptions {
  readonly secret: null;
  /** The cookie, the token against forged requests, and what a browser says of its own page. */
  readonly headers: Readonly<Record<string, string>>;
  readonly staffId: number;
  readonly sessionId: number;
  readonly email: string;
}

/**
 * Makes a member of that role and lets them in, without asking for anything, as
 * `server.request('GET', '/admin/v1/…', undefined, await signInStaff(server, 'support'))`.
 */
export async function signInStaff(server: TestServer, role: Role): Promise<SignedInStaff> {
  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'whisperforge test',
  });
  try {
    const nowMs = server.clock.nowMs();
    const email = `${role}-${randomText(8)}@example.com`;
    const member = { email, name: `The ${role}`, role, passwordHash: null, createdMs: nowMs };
    const origin = { address: '127.0.0.1', userAgent: 'test' };
    const { staffId, secret, sessionId } = await database.transaction(async (tx) => {
      const id = await insertMember(tx, member);
      assert(id !== undefined, 'nobody has that address yet');
      return { staffId: id, ...(await openSession(tx, id, { origin, nowMs })) };
    });
    return { secret: null, headers: staffHeaders(secret), staffId, sessionId, email };
  } finally {
    await database.close();
  }
}

/** What the portal sends of a session, whose cookie holds this. */
export function staffHeaders(secret: string): Record<string, string> {
  return {
    'cookie': `${STAFF_COOKIE}=${secret}`,
    'x-csrf-token': csrfTokenOf(secret),
    'sec-fetch-site': 'same-origin',
  };
}
