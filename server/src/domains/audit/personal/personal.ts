import { randomBytes } from 'node:crypto';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { PersonalValues } from '../entry.ts';
import { decrypt, digestPersonal, encrypt, KEY_BYTES, type Person } from './cipher.ts';
import { findPersonalValues, findPersonKey, keepPersonKey } from './store.ts';

export interface EncryptedValues {
  readonly person: Person;
  readonly ciphertext: Buffer;
  readonly digest: Buffer;
}

export async function encryptPersonal(tx: Tx, personal: PersonalValues): Promise<EncryptedValues> {
  const person = { personKind: personal.personKind, personId: String(personal.personId) };
  // What comes to be recorded of somebody erased is encrypted with a key that nobody keeps.
  const key = (await keepPersonKey(tx, person)) ?? randomBytes(KEY_BYTES);
  const ciphertext = encrypt(personal.values, key, person);
  return { person, ciphertext, digest: digestPersonal(ciphertext, person) };
}

export interface ReadPersonal {
  readonly person: Person;
  /** Null where the person has been erased. */
  readonly values: unknown;
}

/** What an entry keeps about a person, as far as it can still be read. */
export async function readPersonal(
  executor: Executor,
  entryId: number,
): Promise<ReadPersonal | undefined> {
  const found = await findPersonalValues(executor, entryId);
  if (found === undefined) return undefined;
  const key = await findPersonKey(executor, found.person);
  const values = key === undefined ? undefined : decrypt(found.ciphertext, key, found.person);
  return { person: found.person, values: values ?? null };
}
