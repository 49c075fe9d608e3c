import type { Tx } from '../../../platform/database.ts';
import { publish } from '../../outbox/index.ts';
import type { User } from '../user.ts';

/** Tells that a user is new or another, in the transaction in which they became so. */
export async function tellChanged(tx: Tx, user: User, nowMs: number): Promise<void> {
  const { accountId, id } = user;
  const payload = { user_id: id };
  await publish(tx, [{ topic: 'user.changed', accountId, payload, recordedMs: nowMs }]);
}
