import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Staff } from '../../../platform/routes.ts';
import { appendAudit } from '../../audit/index.ts';
import { SESSION_UNKNOWN } from '../errors.ts';
import type { By, StaffParts } from '../parts.ts';
import { digestOf } from '../secrets.ts';
import { deleteSession, findSession } from '../sessions/store.ts';
import { liveAt } from '../sessions/sessions.ts';

/** Ends one of a member's own sessions; throws `session_unknown`. */
export async function endSession(
  { database }: StaffParts,
  command: { readonly staff: Staff; readonly sessionId: number },
  by: By,
): Promise<void> {
  const { staff, sessionId } = command;
  await database.transaction(async (tx) => {
    const session = { id: sessionId, staffId: staff.staffId };
    if (!(await deleteSession(tx, session))) {
      throw new AppError(SESSION_UNKNOWN, { message: `You have no session ${sessionId}.` });
    }
    await record(tx, session, by);
  });
}

/** Of the session that a new one takes the place of, in the same browser. */
export async function endReplaced(
  { database, clock }: StaffParts,
  secret: string | undefined,
  visit: { readonly requestId: string; readonly address: string; readonly nowMs: number },
): Promise<void> {
  if (secret === undefined) return;
  const found = await findSession(database, digestOf(secret), liveAt(clock.nowMs()));
  if (found === undefined) return;
  const { requestId, address, nowMs } = visit;
  const actor = { kind: 'staff', id: String(found.staffId), requestId, address } as const;
  await database.transaction(async (tx) => {
    const session = { id: found.sessionId, staffId: found.staffId };
    if (await deleteSession(tx, session)) await record(tx, session, { actor, nowMs });
  });
}

async function record(
  tx: Tx,
  session: { readonly id: number; readonly staffId: number },
  { actor, nowMs }: By,
): Promise<void> {
  const subject = { kind: 'staff', id: session.staffId };
  const before = { session: session.id };
  await appendAudit(tx, [
    { recordedMs: nowMs, actor, action: 'staff.session_ended', subject, before },
  ]);
}
