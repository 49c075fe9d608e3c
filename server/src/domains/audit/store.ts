import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../platform/database.ts';
import type { AuditEntry } from './entry.ts';

/** Writes entries in the transaction of the command that they report, so that neither is lost. */
export async function appendAudit(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.sql
    .insertInto('audit_entries')
    .values(
      entries.map((entry) => ({
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
        request_id: entry.requestId ?? null,
      })),
    )
    .execute();
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
