import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { resetPassword } from '../../api/own.ts';
import { Fault } from '../../parts/states.tsx';
import { NewPassword } from '../../parts/new-password.tsx';
import { Outside } from './outside.tsx';
import { To } from '../../parts/to.tsx';

export function Reset() {
  // Behind the number sign of the letter's link, where no server and no log gets to see it.
  const token = useLocation().hash;
  const [password, setPassword] = useState('');
  const resetting = useMutation({ mutationFn: () => resetPassword(token, password) });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!resetting.isPending) resetting.mutate();
  };
  return (
    <Outside title="Choose a new password">
      {resetting.isSuccess ? (
        <p className="message good" role="status">
          The password is changed, and all sessions are over.
        </p>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="sm">
            <NewPassword value={password} onChange={setPassword} />
            <Fault error={resetting.error} />
            <Button type="submit" loading={resetting.isPending} fullWidth>
              Change the password
            </Button>
          </Stack>
        </form>
      )}
      <To to="/sign-in" size="sm">
        Go to the sign-in
      </To>
    </Outside>
  );
}
