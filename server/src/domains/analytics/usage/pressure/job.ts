import { dayIn } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import type { Job } from '../../../../platform/jobs.ts';
import { putPressure } from './store.ts';

export interface PressureOptions {
  readonly database: Database;
  readonly timeZone: string;
}

/** Looks at quotas every hour, so that the last look of a day says how it ended. */
export function pressureJob({ database, timeZone }: PressureOptions): Job {
  return {
    name: 'quota_pressure',
    schedule: '7 * * * *',
    run: ({ nowMs }) =>
      database.transaction((tx) => putPressure(tx, { day: dayIn(timeZone, nowMs), nowMs })),
  };
}
