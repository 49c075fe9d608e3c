import { expect, test } from 'vitest';
import pg from 'pg';
import { eventually } from '../../../test/support/eventually.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../test/support/staff.ts';

const server = useTestServer({ env: { ROLE: 'all' } });

const query = async (text: string) => {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    return (await client.query<{ id: string }>(text)).rows;
  } finally {
    await client.end();
  }
};

/** A tick of a job that nobody has, which no worker takes up, and that has failed before. */
async function failedTick(): Promise<number> {
  const [row] = await query(
    `SELECT id FROM billing_worker.add_job('gone', job_key => 'gone', max_attempts => 1)`,
  );
  await query(
    `UPDATE billing_worker._private_jobs SET attempts = 1, last_error = 'it broke'
     WHERE id = ${row!.id}`,
  );
  return Number(row!.id);
}

interface Listed {
  readonly data: readonly { readonly id: number; readonly name: string; readonly state: string }[];
  readonly schedules: readonly { readonly name: string; readonly schedule: string }[];
}

const list = async (as: SignedInStaff) =>
  (await server.request<Listed>('GET', '/admin/v1/jobs', undefined, as)).body;

test('a failed tick is seen, tried again and taken out, with who and why on record', async () => {
  const admin = await signInStaff(server, 'admin');
  const id = await failedTick();
  const body = { ids: [id], reason: 'the disk has room again' };
  const post = (deed: string, as = admin) =>
    server.request('POST', `/admin/v1/jobs/${deed}`, body, as);
  const found = async () => (await list(admin)).data.find((job) => job.id === id);
  expect(await found()).toMatchObject({ name: 'gone', state: 'failed', last_error: 'it broke' });

  expect(await post('retry', await signInStaff(server, 'support'))).toMatchObject({ status: 403 });
  expect(await post('retry')).toMatchObject({ status: 200, body: { retried: [id] } });
  expect(await found()).toMatchObject({ attempts: 0 });
  expect(await post('remove')).toMatchObject({ status: 200, body: { removed: [id] } });
  expect(await found()).toBeUndefined();
  expect(await post('remove')).toMatchObject({ status: 200, body: { removed: [] } });
  const entries = await query(
    `SELECT action, actor_id, reason FROM billing.audit_entries
     WHERE subject_kind = 'job' ORDER BY id`,
  );
  const said = { actor_id: String(admin.staffId), reason: body.reason };
  expect(entries).toEqual([
    { action: 'job.retried', ...said },
    { action: 'job.removed', ...said },
  ]);
});

test('every schedule is told with its last tick, once the queue has begun', async () => {
  const admin = await signInStaff(server, 'admin');
  const { schedules } = await eventually(async () => {
    const listed = await list(admin);
    return listed.schedules.length > 0 ? listed : undefined;
  });
  expect(schedules).toContainEqual(
    expect.objectContaining({ name: 'stripe_sweep', schedule: '*/5 * * * *' }),
  );
});
