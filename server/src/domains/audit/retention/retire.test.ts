import { expect, test } from 'vitest';
import { createRetention } from '../index.ts';
import { sampleEntry, useTrail } from '../trail.fixture.ts';

const trail = useTrail();
const DAY_MS = 86_400_000;
const never = AbortSignal.any([]);

const retention = () =>
  createRetention({
    database: trail().database,
    clock: trail().clock,
    checkpoints: trail().checkpoints,
    keptDays: 30,
  });

const counts = async () => {
  const { rows } = await trail().attacker.query<Record<string, string>>(
    `SELECT (SELECT count(*) FROM audit_entries) AS entries,
       (SELECT count(*) FROM audit_seals) AS seals,
       (SELECT count(*) FROM audit_personal_values) AS personal`,
  );
  return Object.values(rows[0]!).map(Number);
};

test('what is old goes behind a signed checkpoint, and the rest still holds', async () => {
  const { append, sealAll, clock, verify } = trail();
  const personal = { personKind: 'user', personId: 1, values: { name: 'Ada' } };
  for (let n = 0; n < 10; n += 1) await append([{ ...sampleEntry(n), personal }]);
  await sealAll();
  clock.advanceBy(20 * DAY_MS);
  await append([{ ...sampleEntry(10), recordedMs: clock.nowMs() }]);
  await sealAll();
  expect(await retention().retire(never)).toBe(0);

  clock.advanceBy(11 * DAY_MS);
  expect(await retention().retire(never)).toBe(10);
  await sealAll();
  // The entry of day 20, and the one that says what was given up.
  expect(await counts()).toEqual([2, 2, 0]);
  const holds = { seals: 2, retiredThrough: 10, findings: [] };
  expect(await verify()).toMatchObject(holds);
  const retired = await trail()
    .database.sql.selectFrom('audit_entries')
    .select(['actor_id', 'after', 'reason'])
    .where('action', '=', 'audit.retired')
    .execute();
  expect(retired).toEqual([
    {
      actor_id: 'audit_retire',
      after: { seals: 10, through_seal: 10 },
      reason: 'entries are kept for 30 days',
    },
  ]);
  expect(await retention().retire(never)).toBe(0);
  expect(await verify()).toMatchObject(holds);
});

test('everything may go, and the chain goes on from there', async () => {
  const { append, sealAll, clock, verify } = trail();
  clock.advanceBy(40 * DAY_MS);
  expect(await retention().retire(never)).toBe(2);
  expect(await verify()).toMatchObject({ seals: 0, retiredThrough: 12, findings: [] });
  await append([{ ...sampleEntry(11), recordedMs: clock.nowMs() }]);
  await sealAll();
  expect(await verify()).toMatchObject({ seals: 2, retiredThrough: 12, findings: [] });
});

test('what was tampered with is kept as evidence', async () => {
  const { attacker, clock } = trail();
  await attacker.query(`UPDATE audit_entries SET reason = 'another' WHERE subject_id = '11'`);
  clock.advanceBy(40 * DAY_MS);
  await expect(retention().retire(never)).rejects.toMatchObject({
    code: 'audit_chain_contradicted',
  });
  expect((await counts())[1]).toBe(2);
});

test('the database itself refuses to delete what was not given up', async () => {
  const { database } = trail();
  const permanent = { sqlState: '23000' };
  const { sql } = database;
  await expect(sql.deleteFrom('audit_entries').execute()).rejects.toMatchObject(permanent);
  await expect(sql.deleteFrom('audit_seals').execute()).rejects.toMatchObject(permanent);
  await expect(sql.deleteFrom('audit_retirements').execute()).rejects.toMatchObject(permanent);
  const moved = sql.updateTable('audit_seals').set({ sealed_at: '2026-03-10T00:00:00Z' });
  await expect(moved.execute()).rejects.toMatchObject(permanent);
});
