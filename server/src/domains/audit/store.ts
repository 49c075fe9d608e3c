import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../platform/database.ts';
import type { AuditEntry } from './entry.ts';

/** Answers the ids, in the order of the entries. */
export async function insertEntries(
  tx: Tx,
  entries: readonly AuditEntry[],
  personalDigest: Buffer | null,
): Promise<number[]> {
  const rows = await tx.sql
    .insertInto('audit_entries')
    .values(entries.map((entry) => ({ ...rowOf(entry), personal_digest: personalDigest })))
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

function rowOf(entry: AuditEntry) {
  return {
    recorded_at: formatInstant(entry.recordedMs),
    actor_kind: entry.actor.kind,
    actor_id: entry.actor.id,
    action: entry.action,
    subject_kind: entry.subject.kind,
    subject_id: String(entry.subject.id),
    account_id: entry.accountId ?? null,
    reason: entry.reason ?? null,
    before: jsonOrNull(entry.before),
    after: jsonOrNull(entry.after),
    request_id: entry.requestId ?? entry.actor.requestId ?? null,
    address: entry.address ?? entry.actor.address ?? null,
  };
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
