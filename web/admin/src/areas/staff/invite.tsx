import { Button, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import type { Role } from '../../api/contract/session.ts';
import { invite } from '../../api/staff.ts';
import { RoleField } from '../../parts/role-field.tsx';
import { Fault } from '../../parts/states.tsx';

export function Invite(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('support');
  const queries = useQueryClient();
  const inviting = useMutation({
    mutationFn: () => invite({ email: email.trim(), role }),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: ['staff'] });
      notifications.show({ title: 'Invited', message: `A link is on its way to ${email.trim()}.` });
      setEmail('');
      props.onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!inviting.isPending) inviting.mutate();
  };
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Invite somebody">
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            label="E-mail"
            type="email"
            required
            data-autofocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <RoleField value={role} onChange={setRole} />
          <Fault error={inviting.error} />
          <Button type="submit" loading={inviting.isPending}>
            Send the invitation
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
