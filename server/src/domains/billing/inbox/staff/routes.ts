import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { AppError, type ErrorCode } from '../../../../platform/errors.ts';
import { pageOf, readCursor, writeCursor } from '../../../../platform/pages.ts';
import { performOrTry } from '../../../../platform/perform-or-try.ts';
import { route, staffActor, type Route } from '../../../../platform/routes.ts';
import { Input, Nullable, paging, Text, USUAL_ON_A_PAGE } from '../../../../platform/schemas.ts';
import { appendAudit } from '../../../audit/index.ts';
import {
  EVENT_STATES,
  listEvents,
  readStatus,
  replay,
  type InboxStatus,
  type InspectedEvent,
} from '../store-inspection.ts';
import { findPayload } from './store.ts';

const WEBHOOK_UNKNOWN: ErrorCode = { code: 'webhook_unknown', kind: 'not_found' };

const EventSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  stripe_customer_id: Nullable(Type.String()),
  state: Type.String({ enum: [...EVENT_STATES] }),
  reason: Nullable(Type.String()),
  created_at: Type.String(),
  received_at: Type.String(),
  handled_at: Nullable(Type.String()),
  found_by_sweep: Type.Boolean(),
});

const StatusSchema = Type.Object({
  waiting: Type.Integer(),
  failed: Type.Integer(),
  oldest_waiting_at: Nullable(Type.String()),
  customers_in_trouble: Type.Integer(),
  last_sweep_at: Nullable(Type.String()),
});

const read = { tag: 'Operations', scope: 'staff', permission: 'operations.read' } as const;
const EventId = Text({ minLength: 1, maxLength: 255 });

function placeAfter(cursor: string): Pick<InspectedEvent, 'receivedMs' | 'id'> {
  const [receivedMs, id] = readCursor(cursor, ['instant', 'string']);
  return { receivedMs, id };
}

export interface InboxStaffRoutesOptions {
  readonly database: Database;
  /** Told when there is something to look at. */
  readonly onReplayed: () => void;
}

/** What the staff see of what Stripe has told, and how they have it handled once more. */
export function inboxStaffRoutes(options: InboxStaffRoutesOptions): Route[] {
  return [...inspectionRoutes(options), replayRoute(options)];
}

function inspectionRoutes({ database }: Pick<InboxStaffRoutesOptions, 'database'>): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path: '/admin/v1/webhooks',
      summary: 'Events of Stripe and what became of them, newest first',
      description: '`status` counts all of them.',
      query: Input({
        state: Type.Optional(Type.Enum([...EVENT_STATES])),
        customer: Type.Optional(Text({ maxLength: 255 })),
        ...paging,
      }),
      response: Type.Object({
        data: Type.Array(EventSchema),
        next_cursor: Nullable(Type.String()),
        status: StatusSchema,
      }),
      async handler({ query: { state, customer, cursor, limit = USUAL_ON_A_PAGE } }) {
        const found = await listEvents(database, {
          ...(state !== undefined && { state }),
          ...(customer !== undefined && { customerId: customer }),
          ...(cursor !== undefined && { after: placeAfter(cursor) }),
          limit: limit + 1,
        });
        const { rows, nextCursor } = pageOf(found, limit, ({ receivedMs, id }) =>
          writeCursor([receivedMs, id]),
        );
        const status = statusAnswer(await readStatus(database));
        return { data: rows.map(eventAnswer), next_cursor: nextCursor, status };
      },
    }),
    route({
      ...read,
      method: 'GET',
      path: '/admin/v1/webhooks/{event}/payload',
      summary: 'What Stripe sent, to the letter',
      params: Type.Object({ event: EventId }),
      response: Type.Object({ id: Type.String(), payload: Type.String() }),
      async handler({ params: { event: id } }) {
        const payload = await findPayload(database, id);
        if (payload !== undefined) return { id, payload };
        throw new AppError(WEBHOOK_UNKNOWN, { message: `There is no event ${id}.` });
      },
    }),
  ];
}

function replayRoute({ database, onReplayed }: InboxStaffRoutesOptions): Route {
  return route({
    ...read,
    method: 'POST',
    path: '/admin/v1/webhooks/replay',
    permission: 'operations.write',
    summary: 'Have events of Stripe handled once more',
    description: 'Whatever became of them; those that wait already and those of nobody stay.',
    body: Input({
      ids: Type.Array(EventId, { minItems: 1, maxItems: 200, uniqueItems: true }),
      reason: Text({ minLength: 3, maxLength: 500, description: 'Why, for the audit trail.' }),
      dry_run: Type.Optional(Type.Boolean({ description: 'Only says which would be.' })),
    }),
    response: Type.Object({ dry_run: Type.Boolean(), replayed: Type.Array(Type.String()) }),
    async handler(request) {
      const { body, nowMs } = request;
      const { ids, reason, dry_run: isDry = false } = body;
      const actor = staffActor(request);
      const replayed = await performOrTry(database, { isDry }, async (tx) => {
        const events = await replay(tx, { kind: 'events', ids });
        const entries = events.map(({ id, customerId }) => ({
          recordedMs: nowMs,
          actor,
          action: 'webhook.replayed',
          subject: { kind: 'stripe_event', id },
          reason,
          after: { stripe_customer_id: customerId },
        }));
        await appendAudit(tx, entries);
        return events.map(({ id }) => id);
      });
      if (replayed.length > 0 && !isDry) onReplayed();
      return { dry_run: isDry, replayed };
    },
  });
}

const instantOf = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));

function eventAnswer(event: InspectedEvent) {
  return {
    id: event.id,
    type: event.type,
    stripe_customer_id: event.customerId,
    state: event.state,
    reason: event.reason,
    created_at: formatInstant(event.createdMs),
    received_at: formatInstant(event.receivedMs),
    handled_at: instantOf(event.handledMs),
    found_by_sweep: event.isFoundBySweep,
  };
}

function statusAnswer(status: InboxStatus) {
  return {
    waiting: status.waiting,
    failed: status.failed,
    oldest_waiting_at: instantOf(status.oldestWaitingMs),
    customers_in_trouble: status.customersInTrouble,
    last_sweep_at: instantOf(status.lastSweepMs),
  };
}
