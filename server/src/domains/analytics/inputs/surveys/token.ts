import { createHmac, timingSafeEqual } from 'node:crypto';

/** A link's number with a signature, so that nobody can write the token of another. */
export function writeToken(key: Buffer, id: number): string {
  return `${id}.${signature(key, id)}`;
}

/** The number of the link; nothing where the signature is not ours. */
export function readToken(key: Buffer, token: string): number | undefined {
  const parts = /^([1-9]\d{0,14})\.([A-Za-z0-9_-]{43})$/.exec(token);
  if (parts === null) return undefined;
  const [, id, shown = ''] = parts;
  const expected = signature(key, Number(id));
  const isOurs = timingSafeEqual(Buffer.from(shown), Buffer.from(expected));
  return isOurs ? Number(id) : undefined;
}

function signature(key: Buffer, id: number): string {
  return createHmac('sha256', key).update(`survey ${id}`).digest('base64url');
}
