import { replayWebhooks, type Replayed } from '../../api/operations/queues.ts';
import { TryDrawer } from '../../forms/try-drawer.tsx';
import { counted } from '../../words/quantities.ts';
import type { UserDeedProps } from '../drawer-props.ts';

/** What Stripe told of this user is handled once more. */
export function ReplayWebhook({ of: id = '', onClose }: UserDeedProps) {
  return <ReplayDrawer ids={[id]} refreshes="users" onClose={onClose} />;
}

/** Events of Stripe that are handled once more. */
export function ReplayDrawer(props: {
  readonly ids: readonly string[];
  readonly refreshes: string;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}) {
  const { ids, onDone } = props;
  return (
    <TryDrawer<Replayed>
      title={`Replay ${counted(ids.length, 'event')}`}
      verb="Replay"
      done="What was replayed is among those that wait"
      refreshes={props.refreshes}
      isReady
      attempt={(attempt) => replayWebhooks(ids, attempt)}
      tell={({ replayed }) => <Foreseen ids={ids} replayed={replayed} />}
      {...(onDone !== undefined && { onDone })}
      onClose={props.onClose}
    >
      {() => (
        <p>
          Their customers are read from Stripe once more, and what follows is done. Nothing happens
          twice, and events that are about no customer stay as they are.
        </p>
      )}
    </TryDrawer>
  );
}

function Foreseen(props: {
  readonly ids: readonly string[];
  readonly replayed: readonly string[];
}) {
  const { ids, replayed } = props;
  const rest = ids.filter((id) => !replayed.includes(id));
  return (
    <>
      <p>{counted(replayed.length, 'event')} will be handled once more.</p>
      {rest.length > 0 && (
        <p>
          Not {counted(rest.length, 'event')}, about no customer or waiting already:{' '}
          <span className="mono small">{rest.join(', ')}</span>
        </p>
      )}
    </>
  );
}
