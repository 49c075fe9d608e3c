import type { Tx } from '../../platform/database.ts';
import type { Actor, AuditEntry } from './entry.ts';
import { encryptPersonal } from './personal/personal.ts';
import { destroyPersonKey, insertPersonalValues } from './personal/store.ts';
import { insertEntries } from './store.ts';

/** Writes entries in the transaction of the command that they report, so that neither is lost. */
export async function appendAudit(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  if (entries.every(({ personal }) => personal === undefined)) {
    await insertEntries(tx, entries, null);
    return;
  }
  for (const entry of entries) await appendOne(tx, entry);
}

async function appendOne(tx: Tx, entry: AuditEntry): Promise<void> {
  const { personal } = entry;
  const encrypted = personal && (await encryptPersonal(tx, personal));
  const [entryId] = await insertEntries(tx, [entry], encrypted?.digest ?? null);
  if (encrypted !== undefined && entryId !== undefined) {
    await insertPersonalValues(tx, { entryId, ...encrypted });
  }
}

export interface Erasure {
  readonly personKind: string;
  readonly personId: string | number;
  readonly actor: Actor;
  readonly nowMs: number;
  readonly reason: string;
}

/**
 * Makes what the trail keeps about a person unreadable for good. The entries stay, and so does the
 * proof that they are as they were written.
 */
export async function erasePerson(tx: Tx, erasure: Erasure): Promise<void> {
  const { personKind, nowMs } = erasure;
  const personId = String(erasure.personId);
  await destroyPersonKey(tx, { person: { personKind, personId }, nowMs });
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor: erasure.actor,
      action: 'person.erased',
      subject: { kind: personKind, id: personId },
      reason: erasure.reason,
    },
  ]);
}
