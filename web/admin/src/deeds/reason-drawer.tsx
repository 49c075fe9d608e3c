import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { Undo } from '../api/contract/undo.ts';
import { Drawer } from '../parts/drawers/drawer.tsx';
import { Fault } from '../parts/states.tsx';
import { isReason, ReasonField } from './reason-field.tsx';
import { tellDone } from './tell-done.tsx';

/** A deed that needs no more than a reason; what it does is said above it. */
export function ReasonDrawer<T>(props: {
  readonly title: string;
  /** On the button that does it: `Replay`. */
  readonly verb: string;
  /** Said when it is done. */
  readonly done: string;
  /** What was asked by this key is asked again afterwards. */
  readonly refreshes: string;
  readonly isGrave?: boolean;
  readonly onConfirm: (reason: string) => Promise<T>;
  /** What takes it back, offered where it is told that it is done. */
  readonly undoOf?: (answer: T) => Undo | null;
  readonly onDone?: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const doing = useMutation({
    mutationFn: () => props.onConfirm(reason.trim()),
    async onSuccess(answer) {
      await queries.invalidateQueries({ queryKey: [props.refreshes] });
      const undo = props.undoOf?.(answer) ?? null;
      tellDone({ done: props.done, undo, queries });
      props.onDone?.();
      props.onClose();
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (!doing.isPending) doing.mutate();
  };
  return (
    <Drawer onClose={props.onClose} title={props.title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {props.children}
          <ReasonField value={reason} onChange={setReason} />
          <Fault error={doing.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={props.onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              disabled={!isReason(reason)}
              loading={doing.isPending}
              {...(props.isGrave === true && { color: 'red' })}
            >
              {props.verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Drawer>
  );
}
