// pure
import type { BulkDeed } from '../../../api/bulk.ts';
import type { Permission } from '../../../api/contract/session.ts';

export type BulkKind = 'boost' | 'gift' | 'restrict' | 'lift' | 'note' | 'discount';

interface KindTerms {
  readonly kind: BulkKind;
  /** In a menu and above what is asked for. */
  readonly title: string;
  /** On the button that does it. */
  readonly verb: string;
  /** What was done, in lists. */
  readonly done: string;
  readonly permission: Permission;
  readonly isGrave?: boolean;
}

/** What can be done to many users at once. */
export const BULK_KINDS: readonly KindTerms[] = [
  {
    kind: 'boost',
    title: 'Boost a quota',
    verb: 'Boost',
    done: 'Boost',
    permission: 'access.write',
  },
  { kind: 'gift', title: 'Give a plan', verb: 'Give', done: 'Gift', permission: 'access.write' },
  {
    kind: 'discount',
    title: 'Give a discount',
    verb: 'Give',
    done: 'Discount',
    permission: 'money.write',
  },
  { kind: 'note', title: 'Write a note', verb: 'Write', done: 'Note', permission: 'users.write' },
  {
    kind: 'restrict',
    title: 'Restrict access',
    verb: 'Restrict',
    done: 'Restriction',
    permission: 'access.write',
    isGrave: true,
  },
  {
    kind: 'lift',
    title: 'Lift a restriction',
    verb: 'Lift',
    done: 'Lifted restriction',
    permission: 'access.write',
  },
];

export function doneAs({ kind, undoes }: Pick<BulkDeed, 'kind' | 'undoes'>): string {
  const done = BULK_KINDS.find((each) => each.kind === kind)?.done ?? kind;
  return undoes === null ? done : `${done}, undone`;
}

/** Whether somebody may do that to many, or take it back. */
export function mayDoToMany(may: (permission: Permission) => boolean, kind: string): boolean {
  const needed = BULK_KINDS.find((each) => each.kind === kind)?.permission;
  return may('bulk.write') && needed !== undefined && may(needed);
}
