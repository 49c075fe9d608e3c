import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import { sessionQuery, signIn, signInMethodsQuery } from '../../api/session.ts';
import { Fault } from '../../parts/states.tsx';
import { CodeForm } from './code-form.tsx';
import { Outside } from './outside.tsx';
import { To } from '../../parts/to.tsx';

const route = getRouteApi('/sign-in');

/** Signs in, and goes on to where whoever came wanted to be. */
export function SignIn() {
  const { return: back, error, step } = route.useSearch();
  // Whoever was vouched for elsewhere comes back to show the code that they have set here.
  const [isCodeAwaited, setCodeAwaited] = useState(step === 'code');
  const queries = useQueryClient();
  const { history } = useRouter();
  const enter = async (): Promise<void> => {
    await queries.query({ ...sessionQuery, staleTime: 0 });
    history.push(`/admin${ownPath(back)}`);
  };
  if (isCodeAwaited) return <CodeForm onDone={enter} onBack={() => setCodeAwaited(false)} />;
  return (
    <Outside title="Sign in">
      {error !== undefined && (
        <p className="message bad" role="alert">
          Signing in elsewhere did not work out. Try again, or ask an owner whether you are invited.
        </p>
      )}
      <PasswordForm onDone={(state) => (state === 'signed_in' ? enter() : setCodeAwaited(true))} />
      <Elsewhere />
      <To to="/password-resets" size="sm">
        Forgotten the password?
      </To>
    </Outside>
  );
}

/** Only a path of the portal: what the address says could come from anybody. */
function ownPath(path: string | undefined): string {
  return path !== undefined && /^\/(?![/\\])/.test(path) ? path : '/users';
}

function PasswordForm(props: {
  readonly onDone: (state: 'signed_in' | 'code_needed') => Promise<void> | void;
}) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const entering = useMutation({
    async mutationFn() {
      const { state } = await signIn({ email: email.trim(), password });
      await props.onDone(state);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!entering.isPending) entering.mutate();
  };
  return (
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
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Fault error={entering.error} />
        <Button type="submit" loading={entering.isPending} fullWidth>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function Elsewhere() {
  const { data } = useQuery(signInMethodsQuery);
  const oidc = data?.oidc ?? null;
  if (oidc === null) return null;
  return (
    <>
      <Divider label="or" />
      <Button component="a" href={oidc.start_url} variant="default" fullWidth>
        Sign in with {oidc.name}
      </Button>
    </>
  );
}
