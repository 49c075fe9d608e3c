import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { Nullable } from '../../../platform/schemas.ts';
import { linkOf, titleOf } from './describe.ts';
import { TIMELINE_KINDS, type TimelineRow } from './entry.ts';

export const TimelineSchema = Type.Object({
  at: Type.String({ description: 'Of a day of use its beginning.' }),
  kind: Type.String({ enum: [...TIMELINE_KINDS] }),
  id: Type.String(),
  what: Type.String({ description: 'For programs, such as paid or access.quota_boosted.' }),
  title: Type.String({ description: 'For people.' }),
  detail: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
  amount: Nullable(Type.Object({ amount_minor: Type.Integer(), currency: Type.String() })),
  link: Nullable(Type.String()),
  actor: Nullable(
    Type.Object({
      kind: Type.String(),
      id: Nullable(Type.String()),
      name: Nullable(Type.String()),
    }),
  ),
});

export function describeRow(row: TimelineRow): Static<typeof TimelineSchema> {
  const { amountMinor, currency, actor } = row;
  return {
    at: formatInstant(row.atMs),
    kind: row.kind,
    id: row.id,
    what: row.what,
    title: titleOf(row),
    detail: { ...row.detail },
    amount:
      amountMinor === null || currency === null ? null : { amount_minor: amountMinor, currency },
    link: linkOf(row),
    actor: actor && { ...actor },
  };
}
