import { Button, Drawer, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { problemOf } from '../../api/problem.ts';
import { changeMember, deactivateMember, membersQuery, type Member } from '../../api/staff.ts';
import { Conflict } from '../../deeds/conflict.tsx';
import { RoleField } from '../../parts/role-field.tsx';
import { Fault } from '../../parts/states.tsx';
import { differencesOf, type Difference } from '../../words/differences.ts';

/** Another name, another role, or none any more. */
export function MemberDrawer(props: {
  readonly member: Member | undefined;
  readonly onClose: () => void;
}) {
  const { member } = props;
  if (member === undefined) return null;
  return (
    <Drawer opened onClose={props.onClose} title={member.name}>
      <MemberForm key={member.id} seen={member} onClose={props.onClose} />
    </Drawer>
  );
}

function MemberForm({ seen, onClose }: { readonly seen: Member; readonly onClose: () => void }) {
  const [base, setBase] = useState(seen);
  const [name, setName] = useState(seen.name);
  const [role, setRole] = useState(seen.role);
  const [conflict, setConflict] = useState<readonly Difference[]>();
  const queries = useQueryClient();
  const after = {
    onSuccess: async (): Promise<void> => {
      await queries.invalidateQueries({ queryKey: ['staff'] });
      onClose();
    },
    onError: async (thrown: Error): Promise<void> => {
      if (!problemOf(thrown).isStale) return;
      const { data } = await queries.query({ ...membersQuery, staleTime: 0 });
      const present = data.find(({ id }) => id === base.id);
      setConflict(differencesOf(shownOf(base), present && shownOf(present)));
      if (present !== undefined) setBase(present);
    },
  };
  const changing = useMutation({
    mutationFn: () => changeMember(base.id, { name: name.trim(), role, version: base.version }),
    ...after,
  });
  const ending = useMutation({ mutationFn: () => deactivateMember(base), ...after });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!changing.isPending) changing.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label="Name"
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <RoleField value={role} onChange={setRole} />
        <p className="quiet small">Another role ends their sessions; they sign in again.</p>
        {conflict === undefined && <Fault error={changing.error ?? ending.error} />}
        <Group justify="space-between">
          <Deactivation isBusy={ending.isPending} onConfirm={() => ending.mutate()} />
          <Button type="submit" loading={changing.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
      {conflict !== undefined && (
        <Conflict differences={conflict} onGoOn={() => setConflict(undefined)} onClose={onClose} />
      )}
    </form>
  );
}

function shownOf({ name, role, deactivated_at: end }: Member) {
  return { name, role, deactivated: end };
}

/** Asks once more: whoever is deactivated is out at once. */
function Deactivation(props: { readonly isBusy: boolean; readonly onConfirm: () => void }) {
  const [isSure, setSure] = useState(false);
  return (
    <Button
      variant="subtle"
      color="red"
      loading={props.isBusy}
      onClick={() => (isSure ? props.onConfirm() : setSure(true))}
    >
      {isSure ? 'Yes, deactivate' : 'Deactivate …'}
    </Button>
  );
}
