import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import { pageOf, readIdCursor } from '../../platform/pages.ts';
import { route, staffActor, type Route } from '../../platform/routes.ts';
import { Input, Nullable, PageOf, paging, Text, USUAL_ON_A_PAGE } from '../../platform/schemas.ts';
import { appendAudit } from '../audit/index.ts';
import {
  DELIVERY_STATES,
  listDeliveries,
  retryDeliveries,
  type InspectedDelivery,
} from './store-inspection.ts';

const EventSchema = Type.Object({
  id: Type.Integer(),
  topic: Type.String(),
  account_id: Nullable(Type.Integer()),
  payload: Type.Unsafe<unknown>({}),
  state: Type.String({ enum: [...DELIVERY_STATES] }),
  recorded_at: Type.String(),
  due_at: Type.String({ description: 'When it is tried next, or was last.' }),
  delivered_at: Nullable(Type.String()),
  attempts: Type.Integer(),
  delivered_to: Type.Array(Type.String()),
  last_error: Nullable(Type.String()),
});

const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** What the staff see of deliveries, and how they have those tried again that failed. */
export function outboxRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/admin/v1/outbox',
      summary: 'Events and how their delivery stands, newest first',
      tag: 'Operations',
      scope: 'staff',
      permission: 'operations.read',
      query: Input({
        state: Type.Optional(Type.Enum([...DELIVERY_STATES])),
        topic: Type.Optional(Text({ maxLength: 100 })),
        account: Type.Optional(Id),
        ...paging,
      }),
      response: PageOf(EventSchema),
      async handler({ query: { state, topic, account, cursor, limit = USUAL_ON_A_PAGE } }) {
        const found = await listDeliveries(database, {
          ...(state !== undefined && { state }),
          ...(topic !== undefined && { topic }),
          ...(account !== undefined && { accountId: account }),
          beforeId: readIdCursor(cursor),
          limit: limit + 1,
        });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        return { data: rows.map(eventAnswer), next_cursor: nextCursor };
      },
    }),
    route({
      method: 'POST',
      path: '/admin/v1/outbox/retry',
      summary: 'Have failing deliveries tried again at once',
      description:
        'Only those that were tried in vain. Consumers that have had an event are not told again.',
      tag: 'Operations',
      scope: 'staff',
      permission: 'operations.write',
      body: Input({
        ids: Type.Array(Id, { minItems: 1, maxItems: 200, uniqueItems: true }),
        reason: Text({ minLength: 3, maxLength: 500, description: 'Why, for the audit trail.' }),
      }),
      response: Type.Object({ retried: Type.Array(Type.Integer()) }),
      async handler(request) {
        const { body, nowMs } = request;
        const { ids, reason } = body;
        const actor = staffActor(request);
        const retried = await database.transaction(async (tx) => {
          const retrying = await retryDeliveries(tx, { ids, nowMs });
          const entries = retrying.map((id) => ({
            recordedMs: nowMs,
            actor,
            action: 'outbox.retried',
            subject: { kind: 'outbox_event', id },
            reason,
          }));
          await appendAudit(tx, entries);
          return retrying;
        });
        return { retried };
      },
    }),
  ];
}

function eventAnswer(event: InspectedDelivery) {
  return {
    id: event.id,
    topic: event.topic,
    account_id: event.accountId,
    payload: event.payload,
    state: event.state,
    recorded_at: formatInstant(event.recordedMs),
    due_at: formatInstant(event.dueMs),
    delivered_at: event.deliveredMs === null ? null : formatInstant(event.deliveredMs),
    attempts: event.attempts,
    delivered_to: [...event.deliveredTo],
    last_error: event.lastError,
  };
}
