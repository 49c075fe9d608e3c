import { Button, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { membersQuery, type Member } from '../../api/staff.ts';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../../deeds/deed-drawer.tsx';
import type { DeedSubject } from '../../deeds/use-deed.ts';
import { RoleField } from '../../parts/role-field.tsx';

interface Props {
  readonly member: Member;
  readonly onClose: () => void;
}

/** Another name, another role, or none any more. */
export function MemberDrawer(props: {
  readonly member: Member | undefined;
  readonly onClose: () => void;
}) {
  const { member, onClose } = props;
  const [isLeaving, setLeaving] = useState(false);
  if (member === undefined) return null;
  const close = (): void => {
    setLeaving(false);
    onClose();
  };
  return isLeaving ? (
    <Deactivation member={member} onClose={close} />
  ) : (
    <Change key={member.id} member={member} onClose={close} onLeave={() => setLeaving(true)} />
  );
}

function Change({ member, onClose, onLeave }: Props & { readonly onLeave: () => void }) {
  const [name, setName] = useState(member.name);
  const [role, setRole] = useState(member.role);
  const subject = useSubject(member);
  const body = {
    ...(name.trim() !== member.name && { name: name.trim() }),
    ...(role !== member.role && { role }),
  };
  const isReady = Object.keys(body).length > 0 && name.trim() !== '';
  return (
    <DeedDrawer
      title={member.name}
      verb="Save"
      subject={subject}
      call={isReady ? { method: 'PATCH', path: pathOf(member), body } : undefined}
      done={`${name.trim()} is changed`}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        required
        data-autofocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <RoleField value={role} onChange={setRole} />
      <p className="quiet small">Another role ends their sessions; they sign in again.</p>
      {member.deactivated_at === null && (
        <div>
          <Button variant="subtle" color="red" size="compact-sm" onClick={onLeave}>
            Deactivate …
          </Button>
        </div>
      )}
    </DeedDrawer>
  );
}

/** Whoever is deactivated is out at once, and comes back by an invitation only. */
function Deactivation({ member, onClose }: Props) {
  const subject = useSubject(member);
  return (
    <DeedDrawer
      title={`Deactivate ${member.name}`}
      verb="Deactivate"
      isGrave
      subject={subject}
      call={{ method: 'DELETE', path: pathOf(member), body: {} }}
      done={`${member.name} is deactivated`}
      onClose={onClose}
    >
      <p>
        They are out at once, with all their tokens. What they did stays on record. Nothing undoes
        it: whoever is to come back is invited again.
      </p>
    </DeedDrawer>
  );
}

function pathOf({ id }: Member): string {
  return `/staff/${segment(String(id))}`;
}

/** As it was when the drawer was opened, and as it is now once somebody else was faster. */
function useSubject(member: Member): DeedSubject {
  const queries = useQueryClient();
  return {
    version: member.version,
    shown: shownOf(member),
    async refresh() {
      const members = await queries.query({ ...membersQuery, staleTime: 0 });
      const present = members.find(({ id }) => id === member.id);
      return present && shownOf(present);
    },
  };
}

function shownOf({ name, role, deactivated_at: end }: Member) {
  return { name, role, deactivated: end };
}
