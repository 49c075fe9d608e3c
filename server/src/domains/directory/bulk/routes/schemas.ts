import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { Amount, Input, Instant, Nullable, Text, UserId } from '../../../../platform/schemas.ts';
import { FilterFields } from '../../users/query.ts';
import { BULK_KINDS, BULK_USER_STATES, type BulkDeed, type BulkUser } from '../bulk-deed.ts';
import type { BulkPreview } from '../preview.ts';
import type { ReportedUser } from '../store/report.ts';

const LONGEST_MONTHS = 36;
const MOST_NAMED = 1_000;

/** What is done; which fields belong to it depends on the kind. */
export const termsFields = {
  feature: Type.Optional(Text({ minLength: 1, maxLength: 63, description: 'Of a boost.' })),
  amount: Type.Optional(Amount),
  plan: Type.Optional(Text({ minLength: 1, maxLength: 63, description: 'Of a gift.' })),
  expires_at: Type.Optional(Nullable(Instant)),
  text: Type.Optional(Text({ minLength: 1, maxLength: 10_000, description: 'Of a note.' })),
  percent_off: Type.Optional(
    Type.Number({ exclusiveMinimum: 0, maximum: 100, description: 'Of a discount.' }),
  ),
  amount_off_minor: Type.Optional(Type.Integer({ minimum: 1, maximum: 99_999_999 })),
  currency: Type.Optional(Type.String({ pattern: '^[a-z]{3}$' })),
  months: Type.Optional(Type.Integer({ minimum: 1, maximum: LONGEST_MONTHS })),
  duration: Type.Optional(Type.Enum(['once', 'forever'])),
};

/** Whether it is only tried, why it is done, and what the trial has said. */
export const attemptFields = {
  expected_users: Type.Optional(
    Type.Integer({ minimum: 0, description: 'How many the preview has said; needed to begin.' }),
  ),
  reason: Text({ minLength: 3, maxLength: 500, description: 'Why; it goes on record.' }),
  dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })),
};

export const BulkBody = Input({
  kind: Type.Enum([...BULK_KINDS]),
  ...termsFields,
  users: Type.Optional(
    Type.Array(UserId, { minItems: 1, maxItems: MOST_NAMED, description: 'Those who are meant.' }),
  ),
  list: Type.Optional(FilterFields),
  ...attemptFields,
});

const PersonSchema = Type.Object({
  user: Type.String(),
  name: Nullable(Type.String()),
  email: Type.String(),
});

export const PreviewSchema = Type.Object({
  users: Type.Integer(),
  refused: Type.Integer({ description: 'How many of them it would not be done to.' }),
  sample: Type.Array(PersonSchema, { description: 'The first to whom it would be done.' }),
  refusals: Type.Array(
    Type.Object({ code: Type.String(), detail: Type.String(), users: Type.Integer() }),
  ),
  refused_users: Type.Array(
    Type.Object({ ...PersonSchema.properties, code: Type.String(), detail: Type.String() }),
    { description: 'The first hundred of them.' },
  ),
});

export const BulkDeedSchema = Type.Object({
  id: Type.String(),
  kind: Type.String({ enum: [...BULK_KINDS], description: 'Of an undo, of what it undoes.' }),
  undoes: Nullable(Type.String({ description: 'The bulk deed that it takes back.' })),
  terms: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  reason: Type.String(),
  state: Type.String({ enum: ['running', 'stopped', 'done'] }),
  users: Type.Integer(),
  version: Type.Integer({ description: 'To be sent back with a stop or a resume.' }),
  staff: Type.Object({ id: Type.String(), name: Nullable(Type.String()) }),
  carried_on_by: Type.Object(
    { id: Type.String(), name: Nullable(Type.String()) },
    { description: 'In whose name it is done: who began it, or had it go on after a stop.' },
  ),
  created_at: Type.String(),
  finished_at: Nullable(Type.String()),
});

export const BulkProgressSchema = Type.Object({
  total: Type.Integer(),
  waiting: Type.Integer(),
  done: Type.Integer(),
  refused: Type.Integer(),
});

export const RefusalsSchema = Type.Array(
  Type.Object({ code: Type.String(), users: Type.Integer() }),
);

export const ReportedUserSchema = Type.Object({
  ...PersonSchema.properties,
  state: Type.String({ enum: [...BULK_USER_STATES] }),
  code: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  settled_at: Nullable(Type.String()),
});

export function previewAnswer(preview: BulkPreview): Static<typeof PreviewSchema> {
  return {
    users: preview.users,
    refused: preview.refused,
    sample: preview.sample.map(personAnswer),
    refusals: [...preview.refusals].map(([code, count]) => ({ code, ...count })),
    refused_users: preview.refusedUsers.map(({ user, code, detail }) => ({
      ...personAnswer(user),
      code,
      detail,
    })),
  };
}

function personAnswer({
  externalId,
  name,
  email,
}: Pick<BulkUser, 'externalId' | 'name' | 'email'>) {
  return { user: externalId, name, email };
}

export function bulkDeedAnswer(deed: BulkDeed): Static<typeof BulkDeedSchema> {
  return {
    id: String(deed.id),
    kind: deed.kind,
    undoes: deed.undoes === null ? null : String(deed.undoes),
    terms: { ...deed.terms },
    reason: deed.reason,
    state: deed.state,
    users: deed.users,
    version: deed.revision,
    staff: { id: String(deed.createdBy), name: deed.createdByName },
    carried_on_by: { id: String(deed.carriedOnBy), name: deed.carriedOnByName },
    created_at: formatInstant(deed.createdMs),
    finished_at: deed.finishedMs === null ? null : formatInstant(deed.finishedMs),
  };
}

export function reportedAnswer(reported: ReportedUser): Static<typeof ReportedUserSchema> {
  const { state, code, detail, settledMs } = reported;
  const settledAt = settledMs === null ? null : formatInstant(settledMs);
  return { ...personAnswer(reported), state, code, detail, settled_at: settledAt };
}
