import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/** Signs with the first of the keys, and knows what any of them has signed. */
export interface SigningKeys {
  /** By which a signature says whose it is. */
  readonly keyId: string;
  /** Ed25519, as base64url. */
  sign(text: string): string;
  verify(text: string, signature: { readonly keyId: string; readonly value: string }): boolean;
}

/**
 * Ed25519 keys as PEM or as the base64 of their DER, separated by commas: the first signs, those
 * after it are of the past. Throws where one is none.
 */
export function readSigningKeys(text: string): SigningKeys {
  const keys = text.split(',').map((each) => readKey(each.trim()));
  const [signing] = keys;
  if (signing === undefined) throw new TypeError('no key');
  const known = new Map(keys.map(({ keyId, publicKey }) => [keyId, publicKey]));
  return {
    keyId: signing.keyId,
    sign: (signed) => sign(null, Buffer.from(signed), signing.privateKey).toString('base64url'),
    verify(signed, { keyId, value }) {
      const key = known.get(keyId);
      if (key === undefined) return false;
      return verify(null, Buffer.from(signed), key, Buffer.from(value, 'base64url'));
    },
  };
}

/** A key of one's own, on one line. */
export function newSigningKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
}

interface SigningKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

function readKey(text: string): SigningKey {
  const privateKey = text.startsWith('-----BEGIN')
    ? createPrivateKey(text)
    : createPrivateKey({ key: Buffer.from(text, 'base64'), type: 'pkcs8', format: 'der' });
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new TypeError('no Ed25519 key');
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const keyId = createHash('sha256').update(der).digest('hex').slice(0, 16);
  return { keyId, privateKey, publicKey };
}
