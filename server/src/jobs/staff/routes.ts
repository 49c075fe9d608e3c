import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { appendAudit } from '../../domains/audit/index.ts';
import type { Database, Tx } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import { pageOf, readCursor, writeCursor } from '../../platform/pages.ts';
import { route, staffActor, type Exchange, type Route, type Staff } from '../../platform/routes.ts';
import { Input, Nullable, PageOf, paging, Text, USUAL_ON_A_PAGE } from '../../platform/schemas.ts';
import {
  hasQueue,
  JOB_STATES,
  listJobs,
  readLastTicks,
  removeJobs,
  retryJobs,
  type JobPlace,
  type QueuedJob,
  type TouchedJob,
} from './store.ts';

const JobSchema = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  state: Type.String({ enum: [...JOB_STATES] }),
  run_at: Type.String(),
  attempts: Type.Integer(),
  most_attempts: Type.Integer(),
  last_error: Nullable(Type.String()),
  created_at: Type.String(),
});

const ScheduleSchema = Type.Object({
  name: Type.String(),
  schedule: Type.String({ description: 'Five fields of cron, in UTC.' }),
  last_tick_at: Nullable(Type.String()),
});

const Chosen = Input({
  ids: Type.Array(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), {
    minItems: 1,
    maxItems: 200,
    uniqueItems: true,
  }),
  reason: Text({ minLength: 3, maxLength: 500, description: 'Why, for the audit trail.' }),
});

export interface JobsStaffRoutesOptions {
  readonly database: Database;
  /** The queue's own. */
  readonly schema: string;
  readonly jobs: readonly Job[];
}

const shared = { tag: 'Operations', scope: 'staff' } as const;

/** What the staff see of what goes on by the clock, and how they have it run once more. */
export function jobsStaffRoutes(options: JobsStaffRoutesOptions): Route[] {
  const { database, schema, jobs } = options;
  return [
    route({
      ...shared,
      method: 'GET',
      path: '/admin/v1/jobs',
      summary: 'Schedules with their last tick, and ticks that wait, run or have failed',
      permission: 'operations.read',
      query: Input(paging),
      response: Type.Object({
        ...PageOf(JobSchema).properties,
        schedules: Type.Array(ScheduleSchema),
      }),
      async handler({ query: { cursor, limit = USUAL_ON_A_PAGE } }) {
        const after = cursor === undefined ? undefined : placeAfter(cursor);
        const isThere = await hasQueue(database, schema);
        const page = { schema, after, limit: limit + 1 };
        const found = isThere ? await listJobs(database, page) : [];
        const { rows, nextCursor } = pageOf(found, limit, cursorAfter);
        const ticks = isThere ? await readLastTicks(database, schema) : new Map<string, null>();
        const schedules = jobs.map(({ name, schedule }) => {
          const lastMs = ticks.get(name) ?? null;
          return { name, schedule, last_tick_at: lastMs === null ? null : formatInstant(lastMs) };
        });
        return { data: rows.map(jobAnswer), next_cursor: nextCursor, schedules };
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/admin/v1/jobs/retry',
      summary: 'Have ticks run at once that have failed',
      permission: 'operations.write',
      body: Chosen,
      response: Type.Object({ retried: Type.Array(Type.Integer()) }),
      async handler(request) {
        const { ids } = request.body;
        const { nowMs } = request;
        const retried = await touch(options, { request, action: 'job.retried' }, (tx) =>
          retryJobs(tx, { schema, ids, nowMs }),
        );
        return { retried };
      },
    }),
    route({
      ...shared,
      method: 'POST',
      path: '/admin/v1/jobs/remove',
      summary: 'Take ticks out of the queue',
      description: 'Those that run just now stay; the schedule goes on.',
      permission: 'operations.write',
      body: Chosen,
      response: Type.Object({ removed: Type.Array(Type.Integer()) }),
      async handler(request) {
        const { ids } = request.body;
        const removed = await touch(options, { request, action: 'job.removed' }, (tx) =>
          removeJobs(tx, { schema, ids }),
        );
        return { removed };
      },
    }),
  ];
}

function cursorAfter({ isFine, runMs, id }: QueuedJob): string {
  return writeCursor([Number(isFine), runMs, id]);
}

function placeAfter(cursor: string): JobPlace {
  const [isFine, runMs, id] = readCursor(cursor, ['number', 'instant', 'number']);
  return { isFine: isFine !== 0, runMs, id };
}

interface Asked {
  readonly action: string;
  readonly request: {
    readonly body: { readonly reason: string };
    readonly nowMs: number;
    readonly requestId: string;
    readonly staff: Staff | undefined;
    readonly exchange: Exchange | undefined;
  };
}

/** Does it and says so, together. */
function touch(
  { database, schema }: JobsStaffRoutesOptions,
  { action, request }: Asked,
  change: (tx: Tx) => Promise<readonly TouchedJob[]>,
): Promise<number[]> {
  const actor = staffActor(request);
  return database.transaction(async (tx) => {
    if (!(await hasQueue(tx, schema))) return [];
    const touched = await change(tx);
    const entries = touched.map(({ id, name, lastError }) => ({
      recordedMs: request.nowMs,
      actor,
      action,
      subject: { kind: 'job', id },
      reason: request.body.reason,
      before: { name, last_error: lastError },
    }));
    await appendAudit(tx, entries);
    return touched.map(({ id }) => id);
  });
}

function jobAnswer(job: QueuedJob) {
  return {
    id: job.id,
    name: job.name,
    state: job.state,
    run_at: formatInstant(job.runMs),
    attempts: job.attempts,
    most_attempts: job.mostAttempts,
    last_error: job.lastError,
    created_at: formatInstant(job.createdMs),
  };
}
