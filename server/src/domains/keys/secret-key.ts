import { hash } from 'node:crypto';
import { randomText } from '@whisperforge/kernel/ids';
import type { Scope } from '../../platform/routes.ts';

/** A key of the HTTP API as it is kept: what was handed out cannot be read back. */
export interface SecretKey {
  readonly id: number;
  readonly name: string;
  /** The first characters, by which a person recognises it. */
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly createdMs: number;
  readonly revokedMs: number | null;
}

export const allScopes: readonly Scope[] = ['usage', 'read', 'users', 'billing'];

export function isScope(text: string): text is Scope {
  return (allScopes as readonly string[]).includes(text);
}

export type KeyMode = 'live' | 'test';

/** Forty characters of five bits each: 200 bits, so that no slow hash is needed. */
const RANDOM_CHARACTERS = 40;

export function newSecret(mode: KeyMode): string {
  return `wf_${mode}_${randomText(RANDOM_CHARACTERS)}`;
}

/** SHA-256 in base 64, by which keys are looked up. */
export function digestOf(secret: string): string {
  return hash('sha256', secret, 'base64');
}

/** Four random characters of ours; of a secret made elsewhere, only as much as is harmless. */
export function prefixOf(secret: string): string {
  return /^wf_(live|test)_/.test(secret) ? secret.slice(0, 12) : secret.slice(0, 4);
}
