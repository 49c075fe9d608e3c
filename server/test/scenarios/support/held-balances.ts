import { eventually } from '../../support/eventually.ts';
import { readDatabase } from './database-reader.ts';

/** The balances of a user, locked by somebody else: whoever changes them waits. */
export interface HeldBalances extends AsyncDisposable {
  /** Resolves when that many wait for them. */
  waitedForBy(count: number): Promise<void>;
  release(): Promise<void>;
}

export async function holdBalances(databaseUrl: string, user: string): Promise<HeldBalances> {
  await using opening = new AsyncDisposableStack();
  const holder = opening.use(await readDatabase(databaseUrl));
  const watcher = opening.use(await readDatabase(databaseUrl));
  await holder.rows('BEGIN');
  await holder.rows(
    `SELECT FROM balances b JOIN users u USING (account_id) WHERE u.external_id = $1
     FOR UPDATE OF b`,
    [user],
  );
  const open = opening.move();
  return {
    async waitedForBy(count) {
      const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database()`;
      await eventually(async () => (await watcher.rows(waiting)).length >= count);
    },
    release: async () => void (await holder.rows('COMMIT')),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
