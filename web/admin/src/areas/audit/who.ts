import { useQuery } from '@tanstack/react-query';
import type { AuditEntry } from '../../api/audit.ts';
import { useMay } from '../../api/session.ts';
import { membersQuery } from '../../api/staff.ts';

/** Names colleagues for those who may know them; the trail itself names nobody. */
export function useWho(): (actor: AuditEntry['actor']) => string {
  const may = useMay();
  const { data } = useQuery({ ...membersQuery, enabled: may('staff.read') });
  return ({ kind, id }) => {
    const member = kind === 'staff' ? data?.find((each) => String(each.id) === id) : undefined;
    return member?.name ?? [kind, id].filter(Boolean).join(' ');
  };
}
