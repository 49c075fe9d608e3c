import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { beginSecondFactor, confirmSecondFactor, removeSecondFactor } from '../../api/own.ts';
import { useSession } from '../../api/session.ts';
import { Fault } from '../../parts/states.tsx';
import { Copyable, Tag } from '../../parts/values.tsx';
import { Qr } from './qr.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** Codes of an app beside the password. */
export function SecondFactor() {
  const { staff } = useSession();
  const [codes, setCodes] = useState<readonly string[]>();
  const queries = useQueryClient();
  const refresh = () => queries.invalidateQueries({ queryKey: ['session'] });
  const removing = useMutation({ mutationFn: removeSecondFactor, onSuccess: refresh });
  const beginning = useMutation({ mutationFn: beginSecondFactor });
  const onConfirmed = async (made: readonly string[]): Promise<void> => {
    setCodes(made);
    beginning.reset();
    await refresh();
  };
  return (
    <section className="card" aria-labelledby="second-factor">
      <h2 id="second-factor">
        Second factor{' '}
        {staff.has_second_factor ? <Tag tone="good">On</Tag> : <Tag tone="note">Off</Tag>}
      </h2>
      {codes !== undefined && <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />}
      <Stack gap="sm" align="start">
        {!staff.has_second_factor && beginning.data === undefined && (
          <>
            <p className="quiet small">
              With it, whoever learns your password still cannot sign in.
            </p>
            <Button size="xs" loading={beginning.isPending} onClick={() => beginning.mutate()}>
              Turn it on
            </Button>
          </>
        )}
        {beginning.data !== undefined && (
          <Confirmation {...beginning.data} onConfirmed={onConfirmed} />
        )}
        {staff.has_second_factor && codes === undefined && (
          <Button
            size="xs"
            variant="default"
            loading={removing.isPending}
            onClick={() => removing.mutate()}
          >
            Turn it off
          </Button>
        )}
        <Fault error={beginning.error ?? removing.error} />
      </Stack>
    </section>
  );
}

function Confirmation(props: {
  readonly secret: string;
  readonly uri: string;
  readonly onConfirmed: (codes: readonly string[]) => Promise<void>;
}) {
  const [code, setCode] = useState('');
  const confirming = useMutation({
    async mutationFn() {
      const { recovery_codes: codes } = await confirmSecondFactor(code.trim());
      await props.onConfirmed(codes);
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!confirming.isPending) confirming.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="start">
        <p className="small">Scan this with an app for codes, or type the secret into it.</p>
        <Qr text={props.uri} label="The secret, as a picture to scan" />
        <Copyable text={props.secret} what="the secret" />
        <TextInput
          label="Six digits that the app shows"
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <Fault error={confirming.error} />
        <Button type="submit" size="xs" loading={confirming.isPending}>
          Confirm
        </Button>
      </Stack>
    </form>
  );
}
