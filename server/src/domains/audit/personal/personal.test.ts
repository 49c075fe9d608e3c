import { expect, test } from 'vitest';
import { erasePerson, readPersonal } from '../index.ts';
import { sampleEntry, TRAIL_STARTS_MS, useTrail } from '../trail.fixture.ts';

const trail = useTrail();
const actor = { kind: 'system', id: 'test' } as const;

const personalIds = async (): Promise<number[]> => {
  const { rows } = await trail().attacker.query<{ entry_id: string }>(
    'SELECT entry_id FROM audit_personal_values ORDER BY entry_id',
  );
  return rows.map((row) => Number(row.entry_id));
};

const about = (n: number, personId: number, name: string) => ({
  ...sampleEntry(n),
  personal: { personKind: 'user', personId, values: { name, email: `${name}@example.com` } },
});

test('what names a person is kept readable, and nowhere in clear', async () => {
  const { append, database, attacker } = trail();
  await append([about(1, 7, 'Ada'), sampleEntry(2), about(3, 8, 'Grace')]);
  const [first, second] = await personalIds();
  expect(await readPersonal(database, first!)).toEqual({
    person: { personKind: 'user', personId: '7' },
    values: { name: 'Ada', email: 'Ada@example.com' },
  });
  expect(await readPersonal(database, second!)).toMatchObject({ values: { name: 'Grace' } });
  expect(await readPersonal(database, first! + 1)).toBeUndefined();
  const { rows } = await attacker.query<{ kept: string }>(
    `SELECT concat((SELECT json_agg(entry) FROM audit_entries AS entry),
       (SELECT string_agg(encode(ciphertext, 'escape'), '') FROM audit_personal_values)) AS kept`,
  );
  expect(rows[0]!.kept).not.toContain('Ada');
});

test('a person is erased, the trail holds, and their values are unreadable for good', async () => {
  const { append, database, sealAll, verify } = trail();
  await sealAll();
  const nowMs = TRAIL_STARTS_MS;
  const erasure = { personKind: 'user', personId: 7, actor, nowMs, reason: 'asked to be' };
  await database.transaction((tx) => erasePerson(tx, erasure));
  // What a command that was under way says of them afterwards is unreadable at once.
  await append([about(4, 7, 'Ada')]);
  await sealAll();
  expect((await verify()).findings).toEqual([]);
  const [first, second, late] = await personalIds();
  const person = { personKind: 'user', personId: '7' };
  expect(await readPersonal(database, first!)).toEqual({ person, values: null });
  expect(await readPersonal(database, late!)).toEqual({ person, values: null });
  expect(await readPersonal(database, second!)).toMatchObject({ values: { name: 'Grace' } });
  const { rows } = await trail().attacker.query(
    `SELECT key, erased_at IS NOT NULL AS is_erased FROM audit_person_keys WHERE person_id = '7'`,
  );
  expect(rows).toEqual([{ key: null, is_erased: true }]);
  const erasures = database.sql
    .selectFrom('audit_entries')
    .select(['subject_id', 'reason'])
    .where('action', '=', 'person.erased');
  expect(await erasures.execute()).toEqual([{ subject_id: '7', reason: 'asked to be' }]);
});

test('values of one person cannot be passed off as those of another', async () => {
  const { attacker, database, verify } = trail();
  const [, second] = await personalIds();
  await attacker.query(
    `INSERT INTO audit_person_keys SELECT 'user', '9', key FROM audit_person_keys
     WHERE person_id = '8';
     UPDATE audit_personal_values SET person_id = '9' WHERE entry_id = ${second}`,
  );
  expect(await readPersonal(database, second!)).toMatchObject({ values: null });
  expect((await verify()).findings).toMatchObject([{ kind: 'personal_wrong', entryId: second }]);
});
