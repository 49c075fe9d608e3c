import { Button, Drawer, Group, Stack } from '@mantine/core';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import { Fault } from '../parts/states.tsx';
import { DifferencesTable } from '../parts/differences-table.tsx';
import { Conflict } from './conflict.tsx';
import { isReason, ReasonField } from './reason-field.tsx';
import { tellPreview, type PreviewAnswer } from './preview.ts';
import { useDeed, type DeedCall, type DeedSubject } from './use-deed.ts';

export interface DeedDrawerProps {
  readonly title: string;
  /** On the button that does it: `Boost`. */
  readonly verb: string;
  readonly subject: DeedSubject;
  /** What is asked of the server, as far as the fields say it; nothing while they do not. */
  readonly call: DeedCall | undefined;
  /** Said when it is done: `100 audio minutes are added`. */
  readonly done: string;
  readonly isGrave?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Every deed the same way: what, then what would be, then why, then done, with a way back. */
export function DeedDrawer(props: DeedDrawerProps) {
  const { call } = props;
  const deed = useDeed(props.subject, { done: props.done, onDone: props.onClose });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (call !== undefined) deed.look(call);
  };
  return (
    <Drawer opened onClose={props.onClose} title={props.title}>
      {deed.preview === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            {props.children}
            <Fault error={deed.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={props.onClose}>
                Cancel
              </Button>
              <Button type="submit" disabled={call === undefined} loading={deed.isBusy}>
                Preview
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Confirmation
          preview={deed.preview}
          verb={props.verb}
          isGrave={props.isGrave === true}
          isBusy={deed.isBusy}
          error={deed.error}
          onBack={deed.back}
          onConfirm={deed.confirm}
        />
      )}
      {deed.conflict !== undefined && (
        <Conflict differences={deed.conflict} onGoOn={deed.back} onClose={props.onClose} />
      )}
    </Drawer>
  );
}

function Confirmation(props: {
  readonly preview: PreviewAnswer;
  readonly verb: string;
  readonly isGrave: boolean;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onBack: () => void;
  readonly onConfirm: (reason: string) => void;
}) {
  const [reason, setReason] = useState('');
  const differences = tellPreview(props.preview);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!props.isBusy) props.onConfirm(reason.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <section aria-label="What would be">
          <DifferencesTable of={differences} />
          {differences.length === 0 && <p>Nothing else changes by this.</p>}
        </section>
        {props.preview.warnings?.map((warning) => (
          <p key={warning} className="message note">
            {warning}
          </p>
        ))}
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
