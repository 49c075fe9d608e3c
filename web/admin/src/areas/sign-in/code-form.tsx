import { Anchor, Button, Checkbox, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { sendCode } from '../../api/session.ts';
import { Fault } from '../../parts/states.tsx';
import { Outside } from './outside.tsx';

/** The second step: six digits of the app, or one of the codes kept for when it is lost. */
export function CodeForm(props: {
  readonly onDone: () => Promise<void>;
  readonly onBack: () => void;
}) {
  const [kind, setKind] = useState<'totp' | 'recovery'>('totp');
  const [code, setCode] = useState('');
  const [isTrusted, setTrusted] = useState(false);
  const sending = useMutation({
    async mutationFn() {
      await sendCode({ code: code.trim(), kind, trust_device: isTrusted });
      await props.onDone();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!sending.isPending) sending.mutate();
  };
  const turn = (): void => {
    setKind(kind === 'totp' ? 'recovery' : 'totp');
    setCode('');
    sending.reset();
  };
  const isRecovery = kind === 'recovery';
  return (
    <Outside title={isRecovery ? 'Recovery code' : 'Code of your app'}>
      <form onSubmit={submit}>
        <Stack gap="sm">
          <TextInput
            key={kind}
            label={isRecovery ? 'One of your recovery codes' : 'Six digits'}
            inputMode={isRecovery ? 'text' : 'numeric'}
            autoComplete="one-time-code"
            required
            autoFocus
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
          <Checkbox
            label="Ask for no code in this browser for a while"
            checked={isTrusted}
            onChange={(event) => setTrusted(event.currentTarget.checked)}
          />
          <Fault error={sending.error} />
          <Button type="submit" loading={sending.isPending} fullWidth>
            Go on
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={turn}>
            {isRecovery ? 'Use the app instead' : 'Use a recovery code instead'}
          </Anchor>
          <Anchor component="button" type="button" size="sm" onClick={props.onBack}>
            Back
          </Anchor>
        </Stack>
      </form>
    </Outside>
  );
}
