import { Button, NativeSelect } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { UserPlus } from 'lucide-react';
import { useState } from 'react';
import { ROLES } from '../../api/contract/session.ts';
import { useMay, useSession } from '../../api/session.ts';
import { membersListQuery, type Member } from '../../api/staff.ts';
import { Instant } from '../../parts/instant.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import { Page } from '../../parts/page.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { To } from '../../parts/to.tsx';
import { Tag } from '../../parts/values.tsx';
import { spoken } from '../../words/quantities.ts';
import { Invite } from './invite.tsx';
import { Invitations } from './invitations.tsx';
import { MemberDrawer } from './member-drawer.tsx';

/** Who may sign in, and as what. */
export function Members() {
  const may = useMay();
  const [isInviting, inviting] = useDisclosure(false);
  const [role, setRole] = useState('');
  const [open, setOpen] = useState<string>();
  const list = usePages(membersListQuery(role));
  return (
    <Page
      title="Staff"
      deeds={
        <>
          <To to="/staff/roles" size="sm" className="beside-deeds">
            What roles may
          </To>
          {may('staff.write') && (
            <Button size="xs" leftSection={<UserPlus size={14} />} onClick={inviting.open}>
              Invite
            </Button>
          )}
        </>
      }
    >
      <search className="filters" aria-label="Filters">
        <NativeSelect
          label="Role"
          size="xs"
          value={role}
          onChange={(event) => setRole(event.currentTarget.value)}
          data={[
            { value: '', label: 'Any' },
            ...ROLES.map((value) => ({ value, label: spoken(value) })),
          ]}
        />
      </search>
      <Records
        label="Members of staff"
        rows={list.rows}
        columns={COLUMNS}
        idOf={({ id }) => String(id)}
        nameOf={({ name }) => name}
        {...(may('staff.write') && { onOpen: (member: Member) => setOpen(String(member.id)) })}
        error={list.error}
        onRetry={list.onRetry}
        isRefreshing={list.isRefreshing}
        more={list.more}
        empty={<NothingFound what="members" onReset={() => setRole('')} />}
      />
      <Invitations />
      <Invite isOpen={isInviting} onClose={inviting.close} />
      <MemberDrawer
        member={list.rows?.find(({ id }) => String(id) === open)}
        onClose={() => setOpen(undefined)}
      />
    </Page>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Member>[] = [
  { accessor: 'name', title: 'Name', render: (member) => <Name member={member} /> },
  { accessor: 'role', title: 'Role', render: ({ role }) => <Tag>{spoken(role)}</Tag> },
  {
    accessor: 'has_second_factor',
    title: 'Second factor',
    render: ({ has_second_factor: has }) =>
      has ? <Tag tone="good">On</Tag> : <Tag tone="note">Off</Tag>,
  },
  {
    accessor: 'signed_in_at',
    title: 'Last sign-in',
    visibleMediaQuery: WIDE,
    textAlign: 'right',
    render: ({ signed_in_at: at }) => <Instant at={at} />,
  },
];

function Name({ member }: { readonly member: Member }) {
  const { staff } = useSession();
  return (
    <div>
      <strong>{member.name}</strong>
      {String(member.id) === String(staff.id) && <span className="quiet"> (you)</span>}
      {member.deactivated_at !== null && <Tag tone="note">Deactivated</Tag>}
      <div className="quiet small">{member.email}</div>
    </div>
  );
}
