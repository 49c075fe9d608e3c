import { pause } from './pause.ts';
import { readDatabase } from './database-reader.ts';

/** The balances of a user, locked by somebody else: whoever changes them waits. */
export interface HeldBalances extends AsyncDisposable {
  /** Resolves when somebody waits for them. */
  somebodyWaits(): Promise<void>;
  release(): Promise<void>;
}

const MOST_POLLS = 2_000;

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
    async somebodyWaits() {
      for (let polls = 0; polls < MOST_POLLS; polls += 1) {
        const waiting = await watcher.rows(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'
           AND datname = current_database()`,
        );
        if (waiting.length > 0) return;
        await pause(5);
      }
      throw new Error('nobody waits for the balances');
    },
    release: async () => void (await holder.rows('COMMIT')),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}
