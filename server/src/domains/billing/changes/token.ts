import { timingSafeEqual } from 'node:crypto';
import { AppError } from '../../../platform/errors.ts';
import { PREVIEW_INVALID } from '../errors.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { PreviewedChange } from './command.ts';

/** Of what a token says; another shape of it is another version, which is not read. */
const VERSION = 1;

/** Signs what a preview has found, so that what is carried out is exactly what was shown. */
export async function writeToken(secrets: Secrets, change: PreviewedChange): Promise<string> {
  const text = JSON.stringify({ v: VERSION, ...change });
  const signature = await secrets.digest('preview_tokens', text);
  return written(text, signature);
}

function written(text: string, signature: Buffer): string {
  return `${Buffer.from(text).toString('base64url')}.${signature.toString('base64url')}`;
}

/** Throws `preview_token_invalid` for anything that was not signed here for this account. */
export async function readToken(
  secrets: Secrets,
  token: string,
  accountId: number,
): Promise<PreviewedChange> {
  const [content = '', signature = ''] = token.split('.');
  const text = Buffer.from(content, 'base64url').toString('utf8');
  const expected = await secrets.digest('preview_tokens', text);
  const given = Buffer.from(signature, 'base64url');
  const isSigned = given.length === expected.length && timingSafeEqual(given, expected);
  // What reads the same and is written otherwise would be another token, and carried out again.
  const isAsWritten = token === written(text, expected);
  if (!isSigned || !isAsWritten) throw invalid();
  const { v, ...change } = JSON.parse(text) as PreviewedChange & { readonly v: number };
  if (v !== VERSION || change.accountId !== accountId) throw invalid();
  return change;
}

function invalid(): AppError {
  return new AppError(PREVIEW_INVALID, {
    message: 'The preview token is none of ours for this user; make a preview first.',
    fields: [{ field: '/preview_token', message: 'is not valid' }],
  });
}
