import { Button, Group, Stack } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Fault } from '../parts/states.tsx';
import { isReason, ReasonField } from './reason-field.tsx';

/** The last step of what was tried: what would be, as its children tell, and why it is done. */
export function ReasonForm(props: {
  readonly verb: string;
  readonly isGrave: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onConfirm: (reason: string) => void;
  readonly children: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!props.isBusy && isReason(reason)) props.onConfirm(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {props.children}
        <ReasonField value={reason} onChange={setReason} />
        <Fault error={props.error} />
        <Group justify="space-between">
          <Button variant="subtle" onClick={props.onBack}>
            Back
          </Button>
          <Button
            type="submit"
            disabled={!isReason(reason)}
            loading={props.isBusy}
            {...(props.isGrave && { color: 'red' })}
          >
            {props.verb}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
