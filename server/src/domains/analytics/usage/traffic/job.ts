import { DAY_MS } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import type { Job } from '../../../../platform/jobs.ts';
import { forgetMinutes } from './store.ts';

const MINUTES_KEPT_DAYS = 8;

export function trafficJob(database: Database): Job {
  return {
    name: 'traffic_minutes_forget',
    schedule: '41 * * * *',
    run: ({ nowMs }) => forgetMinutes(database, nowMs - MINUTES_KEPT_DAYS * DAY_MS),
  };
}
