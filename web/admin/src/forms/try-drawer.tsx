import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode, type SubmitEvent } from 'react';
import type { Undo } from '../api/contract/undo.ts';
import { problemOf, type Problem } from '../api/problem.ts';
import { Conflict } from '../deeds/conflict.tsx';
import { ReasonForm } from '../deeds/reason-form.tsx';
import { tellDone } from '../deeds/tell-done.tsx';
import { Drawer } from '../parts/drawers/drawer.tsx';
import type { Difference } from '../words/differences.ts';
import { FaultList } from './fault-list.tsx';

/** With `dry_run` the server only says what would be. */
export interface Attempt {
  readonly reason: string;
  readonly dry_run: boolean;
}

export interface TryDrawerProps<T> {
  readonly title: string;
  /** On the button that does it: `Publish`. */
  readonly verb: string;
  /** Said when it is done. */
  readonly done: string;
  /** What was asked by this key is asked again afterwards. */
  readonly refreshes: string;
  readonly isGrave?: boolean;
  /** Whether the fields say enough to try it. */
  readonly isReady: boolean;
  readonly attempt: (attempt: Attempt) => Promise<T>;
  /** What would be, in the server's words. */
  readonly tell: (tried: T) => ReactNode;
  /** Reads anew what somebody else has changed, and answers what is another now. */
  readonly onStale?: () => Promise<readonly Difference[]>;
  /** What takes it back, offered where it is told that it is done. */
  readonly undoOf?: (answer: T) => Undo | null;
  readonly onDone?: (answer: T) => void;
  readonly onClose: () => void;
  /** Where the fields' places begin in what is sent. */
  readonly within?: string;
  readonly children: (problem: Problem | null) => ReactNode;
}

/** A deed on plans or prices: said, tried, given a reason, done; everything that was said stays. */
export function TryDrawer<T>(props: TryDrawerProps<T>) {
  const deed = useAttempts(props);
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (props.isReady && !deed.isBusy) deed.look();
  };
  return (
    <Drawer className="tried" onClose={props.onClose} title={props.title} size={560}>
      {deed.tried === undefined ? (
        <form onSubmit={submit} noValidate>
          <Stack gap="md">
            {props.children(deed.problem)}
            <FaultList
              problem={deed.problem}
              {...(props.within !== undefined && { within: props.within })}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={props.onClose}>
                Cancel
              </Button>
              <Button type="submit" disabled={!props.isReady} loading={deed.isBusy}>
                Preview
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <ReasonForm
          verb={props.verb}
          isGrave={props.isGrave === true}
          isBusy={deed.isBusy}
          error={deed.problem}
          onBack={deed.back}
          onConfirm={deed.confirm}
        >
          <section aria-label="What would be">{props.tell(deed.tried.answer)}</section>
        </ReasonForm>
      )}
      {deed.conflict !== undefined && (
        <Conflict differences={deed.conflict} onGoOn={deed.back} onClose={props.onClose} />
      )}
    </Drawer>
  );
}

const PREVIEW = 'Preview';

function useAttempts<T>(props: TryDrawerProps<T>) {
  const queries = useQueryClient();
  const [conflict, setConflict] = useState<readonly Difference[]>();
  const onError = async (thrown: Error): Promise<void> => {
    if (!problemOf(thrown).isStale || props.onStale === undefined) return;
    setConflict(await props.onStale());
  };
  const looking = useMutation({
    mutationFn: async () => {
      // Kept, since what is read anew meanwhile must not pass for what was shown.
      const { attempt } = props;
      return { attempt, answer: await attempt({ reason: PREVIEW, dry_run: true }) };
    },
    onError,
  });
  const doing = useMutation({
    mutationFn: ({ attempt, reason }: Pick<TryDrawerProps<T>, 'attempt'> & { reason: string }) =>
      attempt({ reason, dry_run: false }),
    async onSuccess(answer) {
      await queries.invalidateQueries({ queryKey: [props.refreshes] });
      const undo = props.undoOf?.(answer) ?? null;
      tellDone({ done: props.done, undo, queries });
      props.onClose();
      props.onDone?.(answer);
    },
    onError,
  });
  const thrown = doing.error ?? looking.error;
  return {
    tried: looking.data,
    conflict,
    problem: thrown === null || conflict !== undefined ? null : problemOf(thrown),
    isBusy: looking.isPending || doing.isPending,
    look: (): void => looking.mutate(),
    confirm: (reason: string): void => {
      if (looking.data !== undefined) doing.mutate({ attempt: looking.data.attempt, reason });
    },
    back: (): void => {
      setConflict(undefined);
      looking.reset();
      doing.reset();
    },
  };
}
