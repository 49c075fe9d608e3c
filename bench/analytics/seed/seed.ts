import { formatInstant } from '@whisperforge/kernel/clock';
import { addMonths, type Period } from '@whisperforge/kernel/period';
import { historiesOf } from './histories.ts';
import { inputsOf } from './inputs.ts';
import { paymentsOf } from './payments.ts';
import { peopleOf } from './people.ts';
import { connect, runSteps } from './run-steps.ts';

export interface AnalyticsSize {
  readonly customers: number;
  readonly months: number;
  readonly events: number;
}

/** A company of that size, made by the database from numbers; nothing of it is added up yet. */
export async function seedCompany(
  databaseUrl: string,
  { customers, months }: AnalyticsSize,
  { nowMs, tell }: { readonly nowMs: number; readonly tell: (line: string) => void },
): Promise<Period> {
  const period = { startMs: addMonths(nowMs, -months), endMs: nowMs };
  const client = await connect(databaseUrl);
  try {
    await client.query(`CREATE TABLE bench_span AS SELECT
      '${formatInstant(period.startMs)}'::timestamptz AS starts_at,
      '${formatInstant(period.endMs)}'::timestamptz AS ends_at`);
    await runSteps(client, [...peopleOf(customers), ...historiesOf(customers)], tell);
    await runSteps(client, [...paymentsOf(), ...inputsOf(customers)], tell);
    await client.query('VACUUM (ANALYZE)');
    return period;
  } finally {
    await client.end();
  }
}
