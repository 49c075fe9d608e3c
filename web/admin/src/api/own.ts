import { queryOptions } from '@tanstack/react-query';
import type { Role } from './contract/session.ts';
import { listQuery } from './lists/pages.ts';
import { ask, segment } from './request.ts';

/** What members of staff do about themselves. */

export interface OwnSession {
  readonly id: string | number;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly address: string;
  readonly user_agent: string;
  readonly is_this: boolean;
}

export interface Token {
  readonly id: string | number;
  readonly name: string;
  readonly role: Role;
  readonly prefix: string;
  readonly created_at: string;
  readonly expires_at: string;
}

export const sessionsQuery = listQuery<OwnSession>(['own', 'sessions'], '/sessions');

export const tokensQuery = listQuery<Token>(['own', 'tokens'], '/tokens');

export function endSession(id: string | number): Promise<unknown> {
  return ask('DELETE', `/sessions/${segment(String(id))}`);
}

export function makeToken(given: {
  readonly name: string;
  readonly role: Role;
  readonly expires_in_days: number;
}): Promise<{ readonly token: string }> {
  return ask('POST', '/tokens', given);
}

export function revokeToken(id: string | number): Promise<unknown> {
  return ask('DELETE', `/tokens/${segment(String(id))}`);
}

export function beginSecondFactor(): Promise<{ readonly secret: string; readonly uri: string }> {
  return ask('POST', '/second-factor');
}

export function confirmSecondFactor(
  code: string,
): Promise<{ readonly recovery_codes: readonly string[] }> {
  return ask('POST', '/second-factor/confirm', { code });
}

export function removeSecondFactor(): Promise<unknown> {
  return ask('DELETE', '/second-factor');
}

export function changePassword(given: {
  readonly current: string;
  readonly new: string;
}): Promise<unknown> {
  return ask('POST', '/password', given);
}

export function askForReset(email: string): Promise<unknown> {
  return ask('POST', '/password-resets', { email });
}

export function resetPassword(token: string, password: string): Promise<unknown> {
  return ask('POST', `/password-resets/${segment(token)}`, { password });
}

export function invitationQuery(token: string) {
  return queryOptions({
    queryKey: ['invitation', token],
    queryFn: () =>
      ask<{ readonly email: string; readonly role: Role }>('GET', `/invitations/${segment(token)}`),
  });
}

export function acceptInvitation(
  token: string,
  given: { readonly name: string; readonly password: string },
): Promise<unknown> {
  return ask('POST', `/invitations/${segment(token)}/accept`, given);
}
