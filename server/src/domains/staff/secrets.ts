import { hash } from 'node:crypto';
import { randomText } from '@whisperforge/kernel/ids';

/** `__Host-` binds it to this host, all of it, and TLS; browsers take it from loopback as well. */
export const STAFF_COOKIE = '__Host-wf_staff';

/** What a token for scripts begins with. */
export const TOKEN_PREFIX = 'wfs_';

/** Five bits each: 200 bits, so that no slow hash is needed. */
const SECRET_CHARACTERS = 40;

export function newSecret(): string {
  return randomText(SECRET_CHARACTERS);
}

/** SHA-256: what is kept of every secret that is handed out. */
export function digestOf(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

/**
 * What the portal shows with each change: made from the session's secret, which no other page can
 * read, so that nothing has to be kept; and the secret cannot be made from it.
 */
export function csrfTokenOf(secret: string): string {
  return hash('sha256', `csrf:${secret}`, 'base64url');
}
