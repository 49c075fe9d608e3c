import type { Tx } from '../../platform/database.ts';
import { appendAudit, type Actor } from '../audit/index.ts';
import { publish } from '../outbox/index.ts';

/** Who commands, when, and why; the transaction is the caller's. */
export interface CommandContext {
  readonly actor: Actor;
  readonly nowMs: number;
  readonly reason: string | null;
  readonly requestId?: string | null;
}

/** Puts a change of configuration on record and tells it, in the transaction that makes it. */
export async function recordChange(
  tx: Tx,
  context: CommandContext,
  action: string,
  subject: { readonly kind: string; readonly id: string },
  change: { readonly before?: unknown; readonly after?: unknown },
): Promise<void> {
  const { actor, nowMs, reason, requestId = null } = context;
  await appendAudit(tx, [
    { recordedMs: nowMs, actor, action, subject, reason, requestId, ...change },
  ]);
  const payload = { subject: subject.id, ...change };
  await publish(tx, [{ topic: action, payload, recordedMs: nowMs }]);
}
