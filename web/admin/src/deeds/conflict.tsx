import { Button, Group, Modal, Stack } from '@mantine/core';
import { DifferencesTable } from '../parts/differences-table.tsx';
import type { Difference } from '../words/differences.ts';

/** Somebody else was faster: nothing was done, and here is what has changed since. */
export function Conflict(props: {
  readonly differences: readonly Difference[];
  readonly onGoOn: () => void;
  readonly onClose: () => void;
}) {
  return (
    <Modal opened onClose={props.onClose} title="Somebody changed this meanwhile">
      <Stack gap="md">
        <p className="message note">
          Nothing of yours was done. Look at what has changed since you opened this, then go on or
          leave it.
        </p>
        <DifferencesTable of={props.differences} />
        {props.differences.length === 0 && (
          <p className="quiet">The change is not one of those that this page shows.</p>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            Leave it
          </Button>
          <Button onClick={props.onGoOn} data-autofocus>
            Look again
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
