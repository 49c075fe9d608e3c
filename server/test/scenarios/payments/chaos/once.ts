import assert from 'node:assert/strict';
import type { Rig } from '../support/rig.ts';

/** Has the database itself note how each subscription is written, by whomever. */
export async function watchSubscriptions({ rows }: Pick<Rig, 'rows'>): Promise<void> {
  await rows(
    'CREATE TABLE public.written (id serial, subscription text NOT NULL, row jsonb NOT NULL)',
  );
  await rows(`CREATE FUNCTION public.note_written() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO public.written (subscription, row)
      VALUES (NEW.stripe_subscription_id, to_jsonb(NEW) - 'updated_at');
      RETURN NULL;
    END $$`);
  await rows(`CREATE TRIGGER note_written AFTER INSERT OR UPDATE ON user_subscriptions
    FOR EACH ROW EXECUTE FUNCTION public.note_written()`);
}

/**
 * Each time that a subscription was written, it said something new; each went on record once, and
 * was told of once. Answers how often.
 */
export async function expectOnce({ rows }: Pick<Rig, 'rows'>): Promise<number> {
  const repeated = await rows(
    `SELECT * FROM (SELECT subscription, row,
       lag(row) OVER (PARTITION BY subscription ORDER BY id) AS before FROM public.written
     ) each WHERE row = before`,
  );
  assert.deepEqual(repeated, [], 'what is on record is not written again');
  const written = await countBySubscription(
    rows,
    'SELECT subscription AS of, count(*)::int AS n FROM public.written GROUP BY 1',
  );
  const audited = await countBySubscription(
    rows,
    `SELECT subject_id AS of, count(*)::int AS n FROM audit_entries
     WHERE action = 'access.subscription_recorded' GROUP BY 1`,
  );
  const told = await countBySubscription(
    rows,
    `SELECT payload #>> '{subject,id}' AS of, count(*)::int AS n FROM outbox_events
     WHERE topic = 'access.changed' AND payload ->> 'action' = 'access.subscription_recorded'
     GROUP BY 1`,
  );
  assert.deepEqual(audited, written, 'each change of a subscription is on record once');
  assert.deepEqual(told, written, 'each change of a subscription is told of once');
  const twice = await rows(
    `SELECT account_id, subscription_key, effective_at FROM subscription_changes word
     WHERE NOT EXISTS (SELECT FROM subscription_changes later WHERE later.supersedes = word.id)
     GROUP BY 1, 2, 3 HAVING count(*) > 1`,
  );
  assert.deepEqual(twice, [], 'of an instant one change is in force');
  return [...written.values()].reduce((sum, n) => sum + n, 0);
}

async function countBySubscription(
  rows: Rig['rows'],
  text: string,
): Promise<ReadonlyMap<string, number>> {
  const counts = await rows<{ of: string; n: number }>(`${text} ORDER BY 1`);
  return new Map(counts.map(({ of, n }) => [of, n]));
}
