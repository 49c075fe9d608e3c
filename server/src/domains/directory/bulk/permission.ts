// pure
import { AppError } from '../../../platform/errors.ts';
import { isRole, may, type Permission } from '../../../platform/permissions.ts';
import type { Staff } from '../../../platform/routes.ts';
import { BULK_PERMISSION_MISSING } from '../errors.ts';
import type { BulkKind } from './bulk-deed.ts';

/** What whoever does it to one user needs; for many it is needed as well. */
const PERMISSIONS: Readonly<Record<BulkKind, Permission>> = {
  boost: 'access.write',
  gift: 'access.write',
  restrict: 'access.write',
  lift: 'access.write',
  note: 'users.write',
  discount: 'money.write',
};

/** Which permission a role lacks for a bulk deed. */
export function lackingPermission(role: string, kind: BulkKind): Permission | undefined {
  const needed = ['bulk.write', PERMISSIONS[kind]] as const;
  return needed.find((permission) => !isRole(role) || !may(role, permission));
}

/** Whether it is done to anybody in that name; in nobody's it is not. */
export function mayCarryOn(
  carrier: { readonly role: string } | undefined,
  kind: BulkKind,
): carrier is { readonly role: string } {
  return carrier !== undefined && lackingPermission(carrier.role, kind) === undefined;
}

/** As the gate says it of routes, whose permission does not depend on what is sent. */
export function requirePermission({ role }: Pick<Staff, 'role'>, kind: BulkKind): void {
  const permission = lackingPermission(role, kind);
  if (permission === undefined) return;
  throw new AppError(BULK_PERMISSION_MISSING, {
    message: `The role "${role}" lacks the permission "${permission}".`,
    members: { permission },
  });
}
