import { Button, Group, Stack } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { DifferencesTable } from '../parts/differences-table.tsx';
import { Fault } from '../parts/states.tsx';
import { BillTable } from './bill-table.tsx';
import { billOf, tellPreview, type PreviewAnswer, type Teller } from './preview.ts';
import { isReason, ReasonField } from './reason-field.tsx';

/** What would be, and the reason for which it is done. */
export function Confirmation(props: {
  readonly preview: PreviewAnswer;
  readonly verb: string;
  readonly tell: Teller | undefined;
  /** What a bill of it is: `The next invoice`. */
  readonly billed: string;
  readonly isGrave: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onConfirm: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!props.isBusy) props.onConfirm(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <WouldBe preview={props.preview} tell={props.tell} billed={props.billed} />
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

function WouldBe(props: {
  readonly preview: PreviewAnswer;
  readonly tell: Teller | undefined;
  readonly billed: string;
}) {
  const { preview } = props;
  const differences = tellPreview(preview, props.tell);
  const bill = billOf(preview);
  const isNothing = differences.length === 0 && bill === undefined;
  return (
    <>
      <section aria-label="What would be">
        <DifferencesTable of={differences} />
        {bill !== undefined && <BillTable caption={props.billed} of={bill} />}
        {isNothing && <p>Nothing else changes by this.</p>}
      </section>
      {[...(preview.warnings ?? []), ...(preview.notes ?? [])].map((said) => (
        <p key={said} className="message note">
          {said}
        </p>
      ))}
    </>
  );
}
