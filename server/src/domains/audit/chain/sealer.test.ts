import { expect, test } from 'vitest';
import { openDatabase } from '../../../adapters/postgres/index.ts';
import { appendAudit, createSealer } from '../index.ts';
import { sampleEntry, useTrail } from '../trail.fixture.ts';
import { listSealed } from './store.ts';

const trail = useTrail();

const sealedSubjects = async () => {
  const { rows } = await trail().attacker.query<{ subject_id: string; seal_number: number }>(
    `SELECT subject_id FROM audit_seals JOIN audit_entries ON audit_entries.id = entry_id
     ORDER BY seal_number`,
  );
  return rows.map((row) => row.subject_id);
};

test('an entry that is committed late is sealed late, and none is skipped', async () => {
  const { database, append, sealer, verify } = trail();
  const isWritten = Promise.withResolvers<void>();
  const mayCommit = Promise.withResolvers<void>();
  const late = database.transaction(async (tx) => {
    await appendAudit(tx, [sampleEntry(1)]);
    isWritten.resolve();
    await mayCommit.promise;
  });
  await isWritten.promise;
  await append([sampleEntry(2)]);
  expect(await sealer.seal()).toBe(1);
  expect(await sealedSubjects()).toEqual(['2']);
  mayCommit.resolve();
  await late;
  await append([sampleEntry(3)]);
  expect(await sealer.seal()).toBe(2);
  expect(await sealedSubjects()).toEqual(['2', '1', '3']);
  expect(await sealer.seal()).toBe(0);
  expect((await verify()).findings.map(({ kind }) => kind)).toEqual(['checkpoint_missing']);
});

test('what is rolled back leaves no gap in the chain', async () => {
  const { database, append, sealAll, verify } = trail();
  const failing = database.transaction(async (tx) => {
    await appendAudit(tx, [sampleEntry(4)]);
    throw new Error('the command failed');
  });
  await expect(failing).rejects.toThrow('the command failed');
  await append([sampleEntry(5)]);
  await sealAll();
  expect(await verify()).toMatchObject({ seals: 4, waiting: 0, findings: [] });
});

test('many sealers and many writers at once make one chain with everything in it', async () => {
  const { database, clock, append, sealAll, verify } = trail();
  const others = Array.from({ length: 4 }, () => {
    const own = openDatabase({ url: trail().url, schema: 'billing', applicationName: 'test' });
    return { own, sealer: createSealer({ database: own, clock, batchEntries: 7 }) };
  });
  let isWriting = true;
  const sealing = others.map(async ({ sealer }) => {
    let sealed = 0;
    while (isWriting) sealed += await sealer.seal();
    return sealed;
  });
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let n = 0; n < 25; n += 1) await append([sampleEntry(1_000 + writer * 100 + n)]);
  });
  await Promise.all(writers);
  isWriting = false;
  await Promise.all(sealing);
  await Promise.all(others.map(({ own }) => own.close()));
  await sealAll();
  expect(await verify()).toMatchObject({ seals: 204, waiting: 0, findings: [] });
  const rows = await listSealed(database, { after: 0, limit: 1_000 });
  expect(new Set(rows.map(({ entryId }) => entryId)).size).toBe(204);
});
