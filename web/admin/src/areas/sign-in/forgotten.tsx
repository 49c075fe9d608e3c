import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { askForReset } from '../../api/own.ts';
import { Fault } from '../../parts/states.tsx';
import { Outside } from './outside.tsx';
import { To } from '../../parts/to.tsx';

export function Forgotten() {
  const [email, setEmail] = useState('');
  const asking = useMutation({ mutationFn: () => askForReset(email.trim()) });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!asking.isPending) asking.mutate();
  };
  return (
    <Outside title="Reset the password">
      {asking.isSuccess ? (
        <p className="message good" role="status">
          If somebody with this address may sign in, a link is on its way to it.
        </p>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              autoFocus
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <Fault error={asking.error} />
            <Button type="submit" loading={asking.isPending} fullWidth>
              Send a link
            </Button>
          </Stack>
        </form>
      )}
      <To to="/sign-in" size="sm">
        Back to the sign-in
      </To>
    </Outside>
  );
}
