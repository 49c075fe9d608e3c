import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { Nullable } from '../../../platform/schemas.ts';
import type { ListedEntry } from './store.ts';

const Anything = Type.Unsafe<unknown>({ description: 'Any JSON, or null.' });

export const EntrySchema = Type.Object({
  id: Type.Integer(),
  recorded_at: Type.String(),
  actor: Type.Object({ kind: Type.String(), id: Nullable(Type.String()) }),
  action: Type.String(),
  subject: Type.Object({ kind: Type.String(), id: Type.String() }),
  account_id: Nullable(Type.Integer()),
  reason: Nullable(Type.String()),
  before: Anything,
  after: Anything,
  request_id: Nullable(Type.String()),
  address: Nullable(Type.String()),
  sealed: Type.Boolean({ description: 'Whether the entry is in the chain yet.' }),
  has_personal: Type.Boolean({
    description: 'Whether something about a person is kept with it; the entry itself shows it.',
  }),
});

export type EntryAnswer = Static<typeof EntrySchema>;

export function entryAnswer(entry: ListedEntry): EntryAnswer {
  return {
    id: entry.id,
    recorded_at: formatInstant(entry.recordedMs),
    actor: { kind: entry.actorKind, id: entry.actorId },
    action: entry.action,
    subject: { kind: entry.subjectKind, id: entry.subjectId },
    account_id: entry.accountId,
    reason: entry.reason,
    before: entry.before,
    after: entry.after,
    request_id: entry.requestId,
    address: entry.address,
    sealed: entry.isSealed,
    has_personal: entry.hasPersonal,
  };
}

const COLUMNS: readonly (readonly [string, (entry: EntryAnswer) => unknown])[] = [
  ['id', (entry) => entry.id],
  ['recorded_at', (entry) => entry.recorded_at],
  ['actor_kind', (entry) => entry.actor.kind],
  ['actor_id', (entry) => entry.actor.id],
  ['action', (entry) => entry.action],
  ['subject_kind', (entry) => entry.subject.kind],
  ['subject_id', (entry) => entry.subject.id],
  ['account_id', (entry) => entry.account_id],
  ['reason', (entry) => entry.reason],
  ['before', (entry) => entry.before && JSON.stringify(entry.before)],
  ['after', (entry) => entry.after && JSON.stringify(entry.after)],
  ['request_id', (entry) => entry.request_id],
  ['address', (entry) => entry.address],
  ['sealed', (entry) => entry.sealed],
  ['has_personal', (entry) => entry.has_personal],
];

export const CSV_HEADER = `${COLUMNS.map(([name]) => name).join(',')}\r\n`;

export function csvLine(entry: EntryAnswer): string {
  return `${COLUMNS.map(([, valueOf]) => cellOf(valueOf(entry))).join(',')}\r\n`;
}

/** A cell that a spreadsheet would take for a formula begins with an apostrophe instead. */
function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
