import type { Key } from './gatherer.ts';

/** Users whose account is remembered. */
const MOST_REMEMBERED = 100_000;

/**
 * What an operation competes for: its account, so that two batches of one process never compete
 * for a balance. The account of a user is remembered from earlier answers. It is a hint and
 * decides nothing: a wrong or missing one costs a repeated batch at most.
 */
export interface AccountHints {
  keyOfUser(user: string): Key;
  remember(user: string, accountId: number): void;
}

export function createAccountHints(): AccountHints {
  const accounts = new Map<string, number>();
  return {
    keyOfUser: (user) => accounts.get(user) ?? user,
    remember(user, accountId) {
      if (accounts.get(user) === accountId) return;
      // Whoever is forgotten with the others is remembered again at the next answer.
      if (accounts.size >= MOST_REMEMBERED) accounts.clear();
      accounts.set(user, accountId);
    },
  };
}

/** Deals keys out over a number of parts, always alike. */
export function partOf(key: Key, parts: number): number {
  return (typeof key === 'number' ? key : hashOf(key)) % parts;
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  }
  return hash;
}
