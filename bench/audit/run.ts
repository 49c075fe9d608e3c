/**
 * `node --conditions=@whisperforge/source bench/audit/run.ts [entries]`: how long an audit trail of
 * a million entries takes to be sealed, verified and searched, on a Postgres of its own.
 */
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '@whisperforge/kernel/clock';
import { migrate, openDatabase } from '../../server/src/adapters/postgres/index.ts';
import {
  createAuditSearch,
  createCheckpoints,
  createSealer,
  createSigner,
  newSigningKey,
  openCheckpointFile,
  readSigningKeys,
  verifyTrail,
} from '../../server/src/domains/audit/index.ts';
import { SCHEMA, startDatabaseServer } from '../database.ts';
import { median } from '../measure/median.ts';

const entries = Number(process.argv[2] ?? 1_000_000);
const LOOKS = 25;

/** What a busy company leaves, made by the database from numbers. */
const SEED = `
  INSERT INTO audit_entries (recorded_at, actor_kind, actor_id, action, subject_kind, subject_id,
    account_id, reason, before, after, request_id, address)
  SELECT timestamptz '2024-01-01' + n * interval '1 minute',
    (ARRAY['staff', 'key', 'system'])[1 + n % 3], (n % 40)::text,
    (ARRAY['access.boosted', 'plan.published', 'subscription.recorded', 'key.revoked'])[1 + n % 4],
    'user', (n % 200000)::text, n % 200000, 'a reason that somebody has typed ' || n,
    jsonb_build_object('limit', n % 300), jsonb_build_object('limit', n % 300 + 100),
    'req_' || n, '192.0.2.' || n % 256
  FROM generate_series(1, $1::int) AS n`;

async function timed<T>(title: string, work: () => Promise<T>): Promise<T> {
  const sinceMs = performance.now();
  const cpu = process.cpuUsage();
  const result = await work();
  const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(2);
  const { user, system } = process.cpuUsage(cpu);
  const own = ((user + system) / 1_000_000).toFixed(2);
  console.log(`${title}: ${seconds} s, of which ${own} s of this process's CPU`);
  return result;
}

const server = await startDatabaseServer(() => undefined);
try {
  await migrate({ databaseUrl: server.url, schema: SCHEMA });
  const seeding = new pg.Client({ connectionString: server.url });
  await seeding.connect();
  await seeding.query(`SET search_path = ${SCHEMA}`);
  await timed(`write ${entries} entries`, () => seeding.query(SEED, [entries]));
  await seeding.query('VACUUM ANALYZE audit_entries, audit_unsealed');
  await seeding.end();
  await measure();
} finally {
  await server.stop();
}

async function measure(): Promise<void> {
  const database = openDatabase({
    url: server.url,
    schema: SCHEMA,
    applicationName: 'whisperforge bench',
  });
  try {
    const keys = readSigningKeys(newSigningKey());
    const file = join(server.folder, 'checkpoints.jsonl');
    const checkpoints = createCheckpoints({ log: openCheckpointFile(file), keys });
    const sealer = createSealer({ database, clock: systemClock });
    const signer = createSigner({ database, clock: systemClock, checkpoints });
    await timed('seal them', async () => {
      while ((await sealer.seal()) > 0);
    });
    await timed('sign them, each verified once', async () => {
      while ((await signer.sign()) > 0);
    });
    const verification = await timed('verify them', () => verifyTrail({ database, checkpoints }));
    console.log(`${verification.seals} seals, ${verification.found} findings`);
    await look(createAuditSearch({ database, checkpoints: () => checkpoints }));
  } finally {
    await database.close();
  }
}

/** A page of each kind of list that staff open. */
async function look(search: ReturnType<typeof createAuditSearch>): Promise<void> {
  const filters = {
    'all': {},
    'one subject': { subject: { kind: 'user', id: '777' } },
    'one actor': { actor: { kind: 'staff', id: '7' } },
    'actions by prefix': { action: { text: 'plan.', isPrefix: true } },
    'a month of two years ago': { fromMs: Date.UTC(2024, 1, 1), toMs: Date.UTC(2024, 2, 1) },
    'a rare word': { words: ['777777'] },
    'a word of every entry': { words: ['reason'] },
  };
  for (const [title, filter] of Object.entries(filters)) {
    const taken: number[] = [];
    for (let n = 0; n < LOOKS; n += 1) {
      const sinceMs = performance.now();
      await search.list({ filter, cursor: undefined, limit: 50 });
      taken.push(performance.now() - sinceMs);
    }
    const slowest = Math.max(...taken).toFixed(1);
    console.log(`list ${title}: median ${median(taken).toFixed(1)} ms, slowest ${slowest} ms`);
  }
}
