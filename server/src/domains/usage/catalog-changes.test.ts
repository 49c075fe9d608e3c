import { expect, test } from 'vitest';
import { units } from '@whisperforge/kernel/quantity';
import { createProcess } from '../../../test/simulation/process.ts';
import { boostQuota } from '../access/index.ts';
import { catalogForEvents, findCounted, findFeature } from './features.ts';
import { balanceOf, committed, reserved, tracked, useProcesses } from './processes.fixture.ts';

const processes = useProcesses();

test('a process that was not told of a change counts and settles by what is on sale', async () => {
  const { one, person, publish, database, clock } = processes;
  const somebody = await person();
  const spoken = tracked(one, somebody, { event: 'speech', amount: 2 });
  await one.usage.track({ ...spoken, tokensOut: 10 });
  // With the second of these come images, and with the third tokens count for more.
  await publish();
  await publish();
  await publish();
  const told = createProcess(database, clock);
  await told.catalog.load();
  const boost = { feature: 'images', amount: units(5), expiresMs: null };
  await boostQuota(told.commands, processes.command(somebody), boost);
  const hold = reserved(somebody, { feature: 'images', amount: 4 });
  expect(await told.usage.reserve(hold)).toMatchObject({ granted: true });
  await told.usage.close();

  const before = one.catalog.current();
  expect(before.features.has('images')).toBe(false);
  expect(await one.usage.commit(committed(somebody, hold, 3))).toMatchObject({ used: 3 });
  expect(one.catalog.current().version).toBeGreaterThan(before.version);

  const { other } = processes;
  expect(other.catalog.current().version).toBe(before.version);
  await other.usage.track({ ...spoken, tokensOut: 10 });
  expect(await balanceOf(other, somebody, 'tokens')).toMatchObject({ used: '55' });
});

test('what is unknown to a process is looked for in the database before it says so', async () => {
  const { one, publish, database, clock } = processes;
  const late = createProcess(database, clock);
  await late.catalog.load();
  const { version } = late.catalog.current();
  await publish();
  expect((await findFeature(late.catalog, 'minutes')).key).toBe('minutes');
  expect(late.catalog.current().version).toBe(version);
  await expect(findFeature(late.catalog, 'nothing')).rejects.toMatchObject({
    code: 'feature_unknown',
  });
  expect(late.catalog.current().version).toBeGreaterThan(version);
  await expect(findCounted(late.catalog, 'sharing')).rejects.toMatchObject({
    code: 'feature_not_counted',
  });
  expect(await catalogForEvents(one.catalog, ['speech', 'nothing'])).toMatchObject({
    version: late.catalog.current().version,
  });
  await late.usage.close();
});
