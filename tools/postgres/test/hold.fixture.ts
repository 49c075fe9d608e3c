/**
 * Holds a data folder as a process of its own, so that tests can kill it:
 * `node hold.fixture.ts <data folder>` prints one line of JSON when Postgres is ready, or the
 * refusal, and stops in good order on SIGTERM.
 */
import { Refusal } from '../../refusal.ts';
import { startPostgres } from '../start.ts';

try {
  const postgres = await startPostgres({
    dataDir: process.argv[2] ?? '',
    database: 'held',
    // Outlives the kill of any process, if not a crash of the machine.
    settings: { fsync: 'off' },
  });
  process.once('SIGTERM', () => void postgres.stop());
  process.stdout.write(`${JSON.stringify({ url: postgres.url, pid: postgres.pid })}\n`);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stdout.write(`${JSON.stringify({ refusal: error.message })}\n`);
}
