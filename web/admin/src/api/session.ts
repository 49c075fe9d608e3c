import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { parseInstant, systemClock } from '@whisperforge/kernel/clock';
import { keepServerNow } from '../words/now.ts';
import type { Permission, SessionAnswer, SignInAnswer } from './contract/session.ts';
import { ask, keepCsrfToken } from './request.ts';

const A_MINUTE_MS = 60_000;

/** Who is signed in and what they may; asked again now and then, since a role may change. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  async queryFn(): Promise<SessionAnswer> {
    const session = await ask<SessionAnswer>('GET', '/session');
    keepCsrfToken(session.csrf_token);
    const nowMs = parseInstant(session.server.now);
    if (nowMs !== undefined) keepServerNow(nowMs, systemClock.nowMs());
    return session;
  },
  staleTime: A_MINUTE_MS,
  refetchInterval: A_MINUTE_MS,
});

/** Within the shell, which nobody reaches without a session. */
export function useSession(): SessionAnswer {
  return useSuspenseQuery(sessionQuery).data;
}

/** Answers whether whoever is signed in may do something. The server has the last word. */
export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useSession();
  return (permission) => permissions.includes(permission);
}

export interface SignInMethods {
  readonly password: boolean;
  readonly oidc: { readonly name: string; readonly start_url: string } | null;
}

export const signInMethodsQuery = queryOptions({
  queryKey: ['sign-in-methods'],
  queryFn: () => ask<SignInMethods>('GET', '/sign-in-methods'),
  staleTime: A_MINUTE_MS,
});

export function signIn(given: {
  readonly email: string;
  readonly password: string;
}): Promise<SignInAnswer> {
  return ask('POST', '/session', given);
}

export function sendCode(given: {
  readonly code: string;
  readonly kind: 'totp' | 'recovery';
  readonly trust_device?: boolean;
}): Promise<SignInAnswer> {
  return ask('POST', '/session/code', given);
}

export async function signOut(): Promise<void> {
  await ask('DELETE', '/session');
  keepCsrfToken(undefined);
}
