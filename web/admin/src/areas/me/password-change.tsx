import { Button, PasswordInput, Stack } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { changePassword } from '../../api/own.ts';
import { Fault } from '../../parts/states.tsx';
import { NewPassword } from '../../parts/new-password.tsx';

export function PasswordChange() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const changing = useMutation({
    mutationFn: () => changePassword({ current, new: password }),
    async onSuccess() {
      // The session has another token from now on.
      await queries.invalidateQueries({ queryKey: ['session'] });
      setCurrent('');
      setPassword('');
      notifications.show({ title: 'The password is changed', message: '' });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!changing.isPending) changing.mutate();
  };
  return (
    <section className="card" aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form onSubmit={submit}>
        <Stack gap="sm" align="stretch">
          <PasswordInput
            label="Present password"
            autoComplete="current-password"
            required
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <NewPassword value={password} onChange={setPassword} />
          <Fault error={changing.error} />
          <div>
            <Button type="submit" size="xs" variant="default" loading={changing.isPending}>
              Change the password
            </Button>
          </div>
        </Stack>
      </form>
    </section>
  );
}
