import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { appendAudit, type Actor } from '../../audit/index.ts';
import { refuseStale } from './decide-version.ts';
import { USER_UNKNOWN } from '../errors.ts';
import { findUser, lockAccount, lockUser, updateUser } from '../store.ts';
import { tellChanged } from './tell-changed.ts';
import type { Account, User } from '../user.ts';

/** Who renames a user, when and why, and which profile they have looked at. */
export interface RenameContext {
  readonly actor: Actor;
  readonly nowMs: number;
  readonly reason: string;
  readonly version: number;
  /** Whether it is only to be seen what would be. */
  readonly isDry?: boolean | undefined;
}

/** What a user was called, and is called now. */
export interface Renamed {
  readonly before: Pick<User, 'name' | 'email'>;
  readonly user: User;
  readonly version: number;
}

/**
 * Changes by what name and address staff and mails know a user. Nothing is changed where the
 * profile is another by now than the one that was looked at: `stale_version`.
 */
export function renameUser(
  database: Database,
  externalId: string,
  change: { readonly name?: string | undefined; readonly email?: string | undefined },
  context: RenameContext,
): Promise<Renamed> {
  return database.transaction(async (tx) => {
    const { account, user: found } = await lockBoth(tx, externalId);
    refuseStale(context.version, account.accessVersion + found.revision);
    const { nowMs, actor, reason } = context;
    if (context.isDry === true) return foreseen(found, change, account.accessVersion);
    const revision = found.revision + 1;
    const user = await updateUser(tx, found.id, { ...change, revision, nowMs });
    const before = { name: found.name, email: found.email };
    const after = { name: user.name, email: user.email };
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor,
        action: 'user.renamed',
        subject: { kind: 'user', id: user.id },
        accountId: user.accountId,
        reason,
        after: { changed: Object.keys(change) },
        personal: { personKind: 'user', personId: user.id, values: { before, after } },
      },
    ]);
    await tellChanged(tx, user, nowMs);
    return { before, user, version: account.accessVersion + revision };
  });
}

/** The account first, as every command does that changes access. */
async function lockBoth(
  tx: Tx,
  externalId: string,
): Promise<{ readonly account: Account; readonly user: User }> {
  const known = await findUser(tx, externalId);
  const account = known && (await lockAccount(tx, known.accountId));
  const user = known && (await lockUser(tx, externalId));
  if (account !== undefined && user !== undefined) return { account, user };
  throw new AppError(USER_UNKNOWN, { message: `There is no user ${externalId}.` });
}

function foreseen(
  found: User,
  { name, email }: { readonly name?: string | undefined; readonly email?: string | undefined },
  accessVersion: number,
): Renamed {
  const before = { name: found.name, email: found.email };
  const user = { ...found, name: name ?? found.name, email: email ?? found.email };
  return { before, user, version: accessVersion + found.revision };
}
