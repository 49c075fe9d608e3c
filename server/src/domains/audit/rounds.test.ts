import { appendFile, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { AppError } from '../../platform/errors.ts';
import { auditRound } from './index.ts';
import { sampleEntry, useTrail } from './trail.fixture.ts';

const trail = useTrail();
const never = AbortSignal.any([]);
const told: AppError[] = [];
const round = () =>
  auditRound({ ...trail(), onContradiction: (error) => void told.push(error), signEveryMs: 0 });

const lines = async () => (await readFile(trail().checkpointFile, 'utf8')).trimEnd().split('\n');

test('a round seals what is committed and signs how far it came', async () => {
  const { append, verify } = trail();
  await append([sampleEntry(1), sampleEntry(2)]);
  expect(await round().work(never)).toBe(2);
  expect(await round().work(never)).toBe(0);
  expect(await verify()).toMatchObject({ seals: 2, checkpoints: 1, findings: [] });
});

test('while entries keep coming, they share checkpoints', async () => {
  const { append } = trail();
  const seldom = auditRound({ ...trail(), onContradiction: () => undefined, signEveryMs: 600_000 });
  for (let n = 0; n < 5; n += 1) {
    await append([sampleEntry(n)]);
    expect(await seldom.work(never)).toBe(1);
  }
  expect(await lines()).toHaveLength(2);
  await round().work(never);
  expect(await lines()).toHaveLength(3);
});

test('a line that a crash has cut off is no checkpoint and harms none', async () => {
  const { append, checkpointFile, verify } = trail();
  await appendFile(checkpointFile, '{"kind":"head","chain":"0b');
  await append([sampleEntry(8)]);
  await round().work(never);
  expect(await verify()).toMatchObject({ seals: 8, checkpoints: 4, findings: [] });
});

test('a chain other than the one that was signed is not signed; that is told once', async () => {
  const { append, attacker, verify, signer } = trail();
  await attacker.query(
    `DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_seals WHERE seal_number = 8);
     DELETE FROM audit_seals WHERE seal_number = 8`,
  );
  const signed = await lines();
  const going = round();
  await append([sampleEntry(9)]);
  expect(await going.work(never)).toBe(1);
  await going.work(never);
  expect(told.map(({ message }) => message)).toEqual(['Seal 8 is not the one that was signed.']);
  expect(await lines()).toEqual(signed);
  expect((await verify()).findings).toMatchObject([{ kind: 'rewritten', sealNumber: 8 }]);

  // As when an operator has brought a backup back, and says so.
  await signer.restore('the backup of the night');
  expect((await verify()).findings).toEqual([]);
  await append([sampleEntry(10)]);
  await round().work(never);
  expect(await verify()).toMatchObject({ seals: 9, checkpoints: 2, findings: [] });
});

test('nothing is signed of entries that were changed before they were signed', async () => {
  const { append, attacker, sealer } = trail();
  await append([sampleEntry(11)]);
  await sealer.seal();
  await attacker.query(`UPDATE audit_entries SET reason = 'another' WHERE subject_id = '11'`);
  const signed = await lines();
  await round().work(never);
  expect(told.at(-1)?.message).toContain('is not what seal 10 was made of');
  expect(await lines()).toEqual(signed);
});
