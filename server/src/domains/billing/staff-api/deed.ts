import Type, { type Static, type TProperties } from 'typebox';
import type { Permission } from '../../../platform/permissions.ts';
import { route, staffActor, type Route, type StaffActor } from '../../../platform/routes.ts';
import { Input, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import { StandingSchema } from './standing.ts';

/** What every deed of staff says. */
export const deedFields = {
  reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
  version: Type.Integer({ description: 'Of the profile that was looked at.' }),
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};

export const LineSchema = Type.Object({
  description: Type.String(),
  amount_minor: Type.Integer(),
});

export const UndoSchema = Nullable(
  Type.Object(
    {
      method: Type.String(),
      path: Type.String(),
      body: Type.Unsafe<Readonly<Record<string, unknown>>>({
        type: 'object',
        additionalProperties: true,
        description: 'To be sent with a reason.',
      }),
    },
    { description: 'What takes it back; null where nothing does, or it was only tried.' },
  ),
);

export const DeedSchema = Type.Object({
  dry_run: Type.Boolean(),
  status: Nullable(
    Type.String({
      enum: ['done', 'scheduled', 'payment_pending'],
      description: 'null where it was only tried.',
    }),
  ),
  url: Nullable(Type.String({ description: "Stripe's page of the invoice that is open." })),
  lines: Type.Array(LineSchema, {
    description: 'What the next invoice holds, or what is charged or credited, as Stripe has it.',
  }),
  currency: Nullable(Type.String()),
  total_minor: Nullable(Type.Integer({ description: 'Of the lines; null where there are none.' })),
  notes: Type.Array(Type.String({ description: 'What is worth knowing about it.' })),
  before: StandingSchema,
  after: StandingSchema,
  version: Type.Integer({ description: 'Of the profile as it is now.' }),
  undo: UndoSchema,
});
export type DeedAnswer = Static<typeof DeedSchema>;

/** Who does it to whom and why, and which profile they have looked at. */
export interface StaffContext {
  readonly user: string;
  readonly actor: StaffActor;
  readonly reason: string;
  readonly version: number;
  readonly isDry: boolean;
  readonly nowMs: number;
}

/** What would take a deed back, where anything does; it is told with the version that is then. */
export interface Undo {
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export function undoAnswer(undo: Undo | null, version: number): DeedAnswer['undo'] {
  return undo && { method: 'POST', path: undo.path, body: { ...undo.body, version } };
}

type DeedFields = Static<ReturnType<typeof Input<typeof deedFields>>>;

export interface DeedRoute<P extends TProperties> {
  /** After `/admin/v1/users/{user}/`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly permission?: Permission;
  readonly fields: P;
  readonly run: (
    context: StaffContext,
    body: Static<ReturnType<typeof Input<P>>>,
  ) => Promise<DeedAnswer>;
}

/** A route by which staff do something to the subscription of a user. */
export function deedRoute<P extends TProperties>(definition: DeedRoute<P>): Route {
  const { path, summary, description, permission = 'money.write', fields, run } = definition;
  return route({
    method: 'POST',
    path: `/admin/v1/users/{user}/${path}`,
    summary,
    ...(description !== undefined && { description }),
    tag: 'Money by staff',
    scope: 'staff',
    permission,
    params: Input({ user: UserId }),
    body: Input({ ...fields, ...deedFields }),
    response: DeedSchema,
    replaysAnswers: true,
    handler: (request) => {
      const body = request.body as DeedFields & Static<ReturnType<typeof Input<P>>>;
      const { reason, version, dry_run: isDry } = body;
      const { nowMs, params } = request;
      const actor = staffActor(request);
      const said = { user: params.user, actor, reason, version, nowMs };
      return run({ ...said, isDry: isDry === true }, body);
    },
  });
}
