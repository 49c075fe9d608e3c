import { Button } from '@mantine/core';
import { CirclePlay, CircleStop } from 'lucide-react';
import { useState } from 'react';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { spoken } from '../../words/quantities.ts';

export type Turn = 'stop' | 'resume';

/** The button that stops a long work, and once it is stopped the one that has it go on. */
export function TurnWork(props: {
  /** What it is called: `migration`. */
  readonly work: string;
  readonly state: string;
  /** What of it somebody may do; stopping may be for more people than going on. */
  readonly mayDo: Readonly<Record<Turn, boolean>>;
  /** What each of them means for those whom it is for. */
  readonly means: Readonly<Record<Turn, string>>;
  readonly refreshes: string;
  readonly onTurn: (turn: Turn, reason: string) => Promise<unknown>;
}) {
  const { work, state } = props;
  const [turn, setTurn] = useState<Turn>();
  const next = state === 'running' ? 'stop' : 'resume';
  if (state === 'done' || !props.mayDo[next]) return null;
  return (
    <>
      <Button
        size="xs"
        {...(next === 'stop' && { color: 'red', variant: 'light' })}
        leftSection={next === 'stop' ? <CircleStop size={14} /> : <CirclePlay size={14} />}
        onClick={() => setTurn(next)}
      >
        {spoken(next)}
      </Button>
      {turn !== undefined && (
        <ReasonDrawer
          title={turn === 'stop' ? `Stop the ${work}` : `Go on with the ${work}`}
          verb={turn === 'stop' ? 'Stop it' : 'Go on'}
          isGrave={turn === 'stop'}
          done={turn === 'stop' ? `The ${work} is stopped` : `The ${work} goes on`}
          refreshes={props.refreshes}
          onConfirm={(reason) => props.onTurn(turn, reason)}
          onClose={() => setTurn(undefined)}
        >
          <p>{props.means[turn]}</p>
        </ReasonDrawer>
      )}
    </>
  );
}
