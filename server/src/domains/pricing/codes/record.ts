import type { Tx } from '../../../platform/database.ts';
import { appendAudit } from '../../audit/index.ts';
import { publish } from '../../outbox/index.ts';
import type { CommandContext } from '../../plans/index.ts';

/** What was done with codes, for the record and for those who want to hear of it. */
export interface CodeDeed {
  readonly action: string;
  readonly subject: {
    readonly kind: 'promotion_code' | 'promotion_batch' | 'promotion_redemption';
    readonly id: string;
  };
  readonly accountId?: number;
  readonly before?: unknown;
  readonly after?: unknown;
}

export async function recordDeed(
  tx: Tx,
  context: CommandContext,
  { action, subject, accountId, ...change }: CodeDeed,
): Promise<void> {
  const { actor, nowMs, reason, requestId = null } = context;
  const of = accountId === undefined ? {} : { accountId };
  await appendAudit(tx, [
    { recordedMs: nowMs, actor, action, subject, reason, requestId, ...of, ...change },
  ]);
  const payload = { subject: subject.id, ...change };
  await publish(tx, [{ topic: action, payload, recordedMs: nowMs, ...of }]);
}
