import type { Tx } from '../../../../platform/database.ts';
import { queueMail } from '../../mail/store.ts';
import { noticeOf, reasonOf, type Obstacle } from './obstacle.ts';

/** Writes to staff of what only a person can resolve, once of each. */
export async function tellStaff(
  tx: Tx,
  obstacle: Obstacle,
  of: { readonly accountId: number; readonly nowMs: number },
): Promise<void> {
  const notice = noticeOf(obstacle);
  if (notice === null) return;
  const { accountId, nowMs } = of;
  const data = { title: notice.title, text: `${capitalised(reasonOf(obstacle))}.` };
  const mail = { key: notice.key, kind: 'staff_attention', data, accountId } as const;
  await queueMail(tx, { ...mail, dueMs: nowMs }, nowMs);
}

/** Ids begin small, and stay so. */
function capitalised(text: string): string {
  return text.startsWith('sub_') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
