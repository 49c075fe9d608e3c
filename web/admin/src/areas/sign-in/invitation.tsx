import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { acceptInvitation, invitationQuery } from '../../api/own.ts';
import { Fault } from '../../parts/states.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { Outside } from './outside.tsx';

export function Invitation() {
  // Behind the number sign of the letter's link, where no server and no log gets to see it.
  const token = useLocation().hash;
  const navigate = useNavigate();
  const { data: invited, error } = useQuery(invitationQuery(token));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accepting = useMutation({
    async mutationFn() {
      await acceptInvitation(token, { name: name.trim(), password });
      await navigate({ to: '/users', search: {} });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!accepting.isPending) accepting.mutate();
  };
  return (
    <Outside title="Welcome to the staff">
      {error !== null && <Fault error={error} />}
      <form onSubmit={submit}>
        <Stack gap="sm">
          {invited !== undefined && (
            <p className="quiet">
              {invited.email} is invited as {invited.role}.
            </p>
          )}
          <TextInput
            label="Your name"
            description="As your colleagues see it beside what you do."
            autoComplete="name"
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NewPassword value={password} onChange={setPassword} />
          <Fault error={accepting.error} />
          <Button type="submit" loading={accepting.isPending} fullWidth>
            Accept the invitation
          </Button>
        </Stack>
      </form>
    </Outside>
  );
}
