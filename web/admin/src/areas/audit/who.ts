// pure
import type { AuditEntry } from '../../api/audit.ts';

/** By name where it is known, and else by what it is. */
export function whoOf({ kind, id, name }: AuditEntry['actor']): string {
  return name ?? `${kind} ${id}`;
}
