import { hash } from 'node:crypto';
import { randomText } from '@whisperforge/kernel/ids';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Session } from '../../../platform/routes.ts';
import { USER_UNKNOWN } from '../errors.ts';
import { deleteSession, findSession, insertLink, insertSession, useLink } from './store.ts';
import { findUser } from '../store.ts';

export interface AccountLink {
  /** Good once, for fifteen minutes. */
  readonly token: string;
  readonly expiresMs: number;
}

export interface OpenedSession {
  /** What the cookie holds; only its digest is kept. */
  readonly secret: string;
  readonly expiresMs: number;
}

export interface Sessions {
  /** A way to the user's account page, for the app to send them by; throws `user_unknown`. */
  createLink(
    request: { readonly user: string; readonly returnUrl: string | null },
    nowMs: number,
  ): Promise<AccountLink>;
  /** Exchanges a link for a session; nothing where the link is unknown, used or over. */
  open(token: string, nowMs: number): Promise<OpenedSession | undefined>;
  find(secret: string, nowMs: number): Promise<Session | undefined>;
  close(secret: string): Promise<void>;
}

const LINK_MS = 15 * 60_000;
const SESSION_MS = 12 * 3_600_000;
/** Five bits each: 200 bits, so that no slow hash is needed. */
const SECRET_CHARACTERS = 40;

export function createSessions({ database }: { readonly database: Database }): Sessions {
  return {
    async createLink({ user, returnUrl }, nowMs) {
      const found = await findUser(database, user);
      if (found === undefined) {
        throw new AppError(USER_UNKNOWN, { message: `There is no user "${user}".` });
      }
      const token = randomText(SECRET_CHARACTERS);
      const expiresMs = nowMs + LINK_MS;
      const link = { digest: digestOf(token), userId: found.id, returnUrl };
      await insertLink(database, { ...link, createdMs: nowMs, expiresMs });
      return { token, expiresMs };
    },
    open: (token, nowMs) =>
      database.transaction(async (tx) => {
        const link = await useLink(tx, digestOf(token), nowMs);
        if (link === undefined) return undefined;
        const secret = randomText(SECRET_CHARACTERS);
        const expiresMs = nowMs + SESSION_MS;
        const session = { digest: digestOf(secret), createdMs: nowMs, expiresMs };
        await insertSession(tx, { ...link, ...session });
        return { secret, expiresMs };
      }),
    find: (secret, nowMs) => findSession(database, digestOf(secret), nowMs),
    close: (secret) => deleteSession(database, digestOf(secret)),
  };
}

function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}
