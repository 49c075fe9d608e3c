import { randomBytes } from 'node:crypto';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import { KEY_BYTES, type Person } from './cipher.ts';

/**
 * The person's key, made where there is none. Undefined for who has been erased: nothing more is
 * kept readable of them.
 */
export async function keepPersonKey(tx: Tx, person: Person): Promise<Buffer | undefined> {
  const row = { person_kind: person.personKind, person_id: person.personId };
  await tx.sql
    .insertInto('audit_person_keys')
    .values({ ...row, key: randomBytes(KEY_BYTES) })
    .onConflict((conflict) => conflict.columns(['person_kind', 'person_id']).doNothing())
    .execute();
  return findPersonKey(tx, person);
}

export async function findPersonKey(
  executor: Executor,
  person: Person,
): Promise<Buffer | undefined> {
  const found = await executor.sql
    .selectFrom('audit_person_keys')
    .select('key')
    .where('person_kind', '=', person.personKind)
    .where('person_id', '=', person.personId)
    .executeTakeFirst();
  return found?.key ?? undefined;
}

export async function insertPersonalValues(
  tx: Tx,
  kept: { readonly entryId: number; readonly person: Person; readonly ciphertext: Buffer },
): Promise<void> {
  await tx.sql
    .insertInto('audit_personal_values')
    .values({
      entry_id: kept.entryId,
      person_kind: kept.person.personKind,
      person_id: kept.person.personId,
      ciphertext: kept.ciphertext,
    })
    .execute();
}

export async function findPersonalValues(
  executor: Executor,
  entryId: number,
): Promise<{ readonly person: Person; readonly ciphertext: Buffer } | undefined> {
  const row = await executor.sql
    .selectFrom('audit_personal_values')
    .select(['person_kind', 'person_id', 'ciphertext'])
    .where('entry_id', '=', entryId)
    .executeTakeFirst();
  return (
    row && {
      person: { personKind: row.person_kind, personId: row.person_id },
      ciphertext: row.ciphertext,
    }
  );
}

/** Destroys the key, and leaves a mark that keeps another from being made. */
export async function destroyPersonKey(
  tx: Tx,
  { person, nowMs }: { readonly person: Person; readonly nowMs: number },
): Promise<void> {
  const erased = { key: null, erased_at: formatInstant(nowMs) };
  await tx.sql
    .insertInto('audit_person_keys')
    .values({ person_kind: person.personKind, person_id: person.personId, ...erased })
    .onConflict((conflict) =>
      conflict
        .columns(['person_kind', 'person_id'])
        .doUpdateSet(erased)
        .where('audit_person_keys.erased_at', 'is', null),
    )
    .execute();
}
