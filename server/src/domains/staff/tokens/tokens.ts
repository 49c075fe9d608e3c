import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { includesRole, type Role } from '../../../platform/permissions.ts';
import type { Staff } from '../../../platform/routes.ts';
import { appendAudit } from '../../audit/index.ts';
import { ROLE_TOO_HIGH, TOKEN_UNKNOWN } from '../errors.ts';
import type { By, StaffParts } from '../parts.ts';
import { digestOf, newSecret, TOKEN_PREFIX } from '../secrets.ts';
import { findToken, insertToken, listLiveTokens, revokeTokens, type StaffToken } from './store.ts';

const DAY_MS = 86_400_000;
/** Of the random characters, as many as tell tokens apart and give nothing away. */
const SHOWN_CHARACTERS = TOKEN_PREFIX.length + 4;

/** Who a token speaks for; nobody once its maker may no longer all that it carries. */
export async function findByToken(
  database: Database,
  secret: string,
  nowMs: number,
): Promise<Staff | undefined> {
  const found = await findToken(database, digestOf(secret), nowMs);
  if (found === undefined || !includesRole(found.makerRole, found.role)) return undefined;
  const { makerRole: _, ...staff } = found;
  return staff;
}

export interface CreateToken {
  readonly staff: Staff;
  readonly name: string;
  readonly role: Role;
  readonly days: number;
}

export interface CreatedToken {
  readonly token: StaffToken;
  /** Shown once; only its digest is kept. */
  readonly secret: string;
}

export async function createToken(
  { database, clock }: StaffParts,
  { staff, name, role, days }: CreateToken,
  { actor, nowMs }: By,
): Promise<CreatedToken> {
  if (!includesRole(staff.role, role)) {
    throw new AppError(ROLE_TOO_HIGH, {
      message: `A token carries no more than its maker may: "${staff.role}" is not "${role}".`,
    });
  }
  const secret = `${TOKEN_PREFIX}${newSecret()}`;
  const createdMs = clock.nowMs();
  const expiresMs = createdMs + days * DAY_MS;
  const token = { name, prefix: secret.slice(0, SHOWN_CHARACTERS), role, createdMs, expiresMs };
  return database.transaction(async (tx) => {
    const { staffId } = staff;
    const id = await insertToken(tx, { ...token, staffId, digest: digestOf(secret) });
    const subject = { kind: 'staff_token', id };
    const after = { name, role, prefix: token.prefix, days };
    await appendAudit(tx, [
      { recordedMs: nowMs, actor, action: 'staff_token.created', subject, after },
    ]);
    return { token: { id, ...token }, secret };
  });
}

/** One of one's own; throws `token_unknown`. */
export async function revokeToken(
  { database, clock }: StaffParts,
  { staffId, id }: { readonly staffId: number; readonly id: number },
  { actor, nowMs }: By,
): Promise<void> {
  await database.transaction(async (tx) => {
    const at = clock.nowMs();
    const own = await listLiveTokens(tx, { staffId, nowMs: at });
    const found = own.find((token) => token.id === id);
    if (found === undefined || (await revokeTokens(tx, [id], at)) === 0) {
      throw new AppError(TOKEN_UNKNOWN, { message: `You have no token ${id}.` });
    }
    const subject = { kind: 'staff_token', id };
    await appendAudit(tx, [{ recordedMs: nowMs, actor, action: 'staff_token.revoked', subject }]);
  });
}
