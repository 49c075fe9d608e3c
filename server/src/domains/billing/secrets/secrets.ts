import { createHmac, randomBytes } from 'node:crypto';
import type { Database } from '../../../platform/database.ts';
import { keepSecret } from './store.ts';

/** Signs and digests with keys of our own, which are made at their first use and kept. */
export interface Secrets {
  /** The keyed digest of a text, for a purpose. */
  digest(purpose: SecretPurpose, text: string): Promise<Buffer>;
}

export type SecretPurpose = 'preview_tokens' | 'cards';

const SECRET_BYTES = 32;

export function createSecrets({ database }: { readonly database: Database }): Secrets {
  const known = new Map<SecretPurpose, Promise<Buffer>>();
  const find = (purpose: SecretPurpose): Promise<Buffer> => {
    const found = known.get(purpose);
    if (found !== undefined) return found;
    const kept = keepSecret(database, purpose, randomBytes(SECRET_BYTES));
    known.set(purpose, kept);
    // A failure is not remembered: the next one asks again.
    kept.catch(() => known.delete(purpose));
    return kept;
  };
  return {
    async digest(purpose, text) {
      return createHmac('sha256', await find(purpose))
        .update(text)
        .digest();
    },
  };
}
