import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Whose values they are; their name in the side table. */
export interface Person {
  readonly personKind: string;
  readonly personId: string;
}

export const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-256-gcm';

/**
 * AES-256-GCM: nonce, ciphertext, tag. The person is authenticated with it, so that values cannot
 * be passed off as another's.
 */
export function encrypt(values: unknown, key: Buffer, person: Person): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(nameOf(person));
  const text = JSON.stringify(values);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** The values, or undefined where this is not the key or the person that they were kept with. */
export function decrypt(ciphertext: Buffer, key: Buffer, person: Person): unknown {
  const nonce = ciphertext.subarray(0, NONCE_BYTES);
  const tag = ciphertext.subarray(-TAG_BYTES);
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
    .setAAD(nameOf(person))
    .setAuthTag(tag);
  try {
    const body = ciphertext.subarray(NONCE_BYTES, -TAG_BYTES);
    return JSON.parse(decipher.update(body, undefined, 'utf8') + decipher.final('utf8'));
  } catch {
    return undefined;
  }
}

/** What the chain covers of them: whose they are, and the ciphertext, which erasure leaves. */
export function digestPersonal(ciphertext: Buffer, person: Person): Buffer {
  return createHash('sha256').update(nameOf(person)).update(ciphertext).digest();
}

function nameOf({ personKind, personId }: Person): Buffer {
  return Buffer.from(`${JSON.stringify([personKind, personId])}\n`, 'utf8');
}
