import { Button, Group, Stack } from '@mantine/core';
import type { ReactNode, SubmitEvent } from 'react';
import { Drawer } from '../parts/drawers/drawer.tsx';
import { Fault } from '../parts/states.tsx';
import { Confirmation } from './confirmation.tsx';
import { Conflict } from './conflict.tsx';
import type { NamedFeature, Teller } from './preview.ts';
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
  /** How what would be is told, where the server's own names do not say it. */
  readonly tell?: Teller;
  /** What features are called whose limits would change. */
  readonly features?: readonly NamedFeature[];
  /** What a bill of it is: `Charged now`. */
  readonly billed?: string;
  /** Whether that is billed some day, and nothing of it is due now. */
  readonly isBilledLater?: boolean;
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
    if (call !== undefined && !deed.isBusy) deed.look(call);
  };
  return (
    <Drawer onClose={props.onClose} title={props.title}>
      {deed.preview === undefined ? (
        <form onSubmit={submit}>
          <Stack gap="md">
            {props.children}
            <Fault error={deed.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={props.onClose}>
                Leave it
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
          tell={props.tell}
          features={props.features}
          billed={props.billed ?? 'The next invoice'}
          isBilledLater={props.isBilledLater === true}
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
