import { listQuery } from '../lists/pages.ts';
import { ask, segment } from '../request.ts';

/** What apps ask the API with; the secret itself is told once. */
export interface SecretKey {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: readonly string[];
  readonly created_at: string;
  readonly revoked_at: string | null;
}

export const SCOPES = ['usage', 'read', 'users', 'billing'] as const;

export const keysQuery = listQuery<SecretKey>(['keys'], '/keys');

export function makeKey(given: {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly reason: string;
}): Promise<SecretKey & { readonly secret: string }> {
  return ask('POST', '/keys', given);
}

export function revokeKey(id: number, reason: string): Promise<SecretKey> {
  return ask('POST', `/keys/${segment(String(id))}/revoke`, { reason });
}
