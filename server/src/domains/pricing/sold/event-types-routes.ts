import Type, { type Static } from 'typebox';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Text } from '../../../platform/schemas.ts';
import { staffCommand, writeEventType, type EventType } from '../../plans/index.ts';
import { Reason, Stated } from '../staff/fields.ts';
import type { SoldDependencies } from './packs-routes.ts';
import { eventTypeVersion, putEventType, type Put } from './put.ts';
import { undoOf, UndoSchema } from './undo.ts';

const path = '/admin/v1/event-types';
const tag = 'Plans by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'plans.write' } as const;

const Key = Text({ minLength: 1, maxLength: 63, description: 'Such as audio_processed.' });
const stated = {
  event_type: Stated,
  reason: Reason,
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};

const EventTypeSchema = Type.Object({
  key: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  name: Type.String(),
  counts: Type.Array(
    Type.Object({
      feature: Type.String(),
      dimension: Type.String({ enum: ['amount', 'count', 'tokens_in', 'tokens_out'] }),
      factor: Type.String(),
    }),
    { description: 'What one event adds to which features: the dimension times the factor.' },
  ),
});

const PutSchema = Type.Object({
  dry_run: Type.Boolean(),
  before: Type.Union([EventTypeSchema, Type.Null()]),
  after: EventTypeSchema,
  undo: UndoSchema,
});

/** What events of the app count to, and how that is changed. */
export function eventTypesRoutes(deps: SoldDependencies): Route[] {
  const { database, catalog } = deps;
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The event types, and what each adds to which features',
      description: 'Every metered feature has one of its own key.',
      response: Type.Object({ data: Type.Array(EventTypeSchema), next_cursor: Type.Null() }),
      async handler() {
        const { eventTypes } = await catalog.recheck();
        const sorted = [...eventTypes.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1));
        return { data: sorted.map(eventTypeAnswer), next_cursor: null };
      },
    }),
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Add an event type',
      description: 'Stated as in catalogue files.',
      body: Input({ key: Key, ...stated }),
      response: PutSchema,
      async handler(request) {
        const { key, event_type: said, reason, dry_run: isDry = false } = request.body;
        const context = staffCommand(request, reason);
        const wanted = { key, said, version: null };
        const put = performOrTry(database, { isDry }, (tx) => putEventType(tx, wanted, context));
        return putAnswer(await put, isDry);
      },
    }),
    changingRoute(deps),
  ];
}

function changingRoute({ database }: SoldDependencies): Route {
  return route({
    ...write,
    method: 'PUT',
    path: `${path}/{key}`,
    summary: 'Say what an event counts to from now on',
    description: 'What was booked stays as it was counted.',
    params: Input({ key: Key }),
    body: Input({ version: Type.Integer({ minimum: 0 }), ...stated }),
    response: PutSchema,
    async handler(request) {
      const { version, event_type: said, reason, dry_run: isDry = false } = request.body;
      const context = staffCommand(request, reason);
      const wanted = { key: request.params.key, said, version };
      const put = performOrTry(database, { isDry }, (tx) => putEventType(tx, wanted, context));
      return putAnswer(await put, isDry);
    },
  });
}

function putAnswer({ before, after }: Put<EventType>, isDry: boolean): Static<typeof PutSchema> {
  const answer = { before: before && eventTypeAnswer(before), after: eventTypeAnswer(after) };
  if (before === null) return { dry_run: isDry, ...answer, undo: null };
  const { key, ...said } = writeEventType(before);
  const body = { version: eventTypeVersion(after), event_type: said };
  const undo = undoOf(isDry, { method: 'PUT', path: `${path}/${key}`, body });
  return { dry_run: isDry, ...answer, undo };
}

function eventTypeAnswer(eventType: EventType): Static<typeof EventTypeSchema> {
  return { ...writeEventType(eventType), version: eventTypeVersion(eventType) };
}
