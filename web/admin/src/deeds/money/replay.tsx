import { replayWebhooks } from '../../api/operations/queues.ts';
import type { UserDeedProps } from '../drawer-props.ts';
import { ReasonDrawer } from '../reason-drawer.tsx';

/** What Stripe told of this user is handled once more. */
export function ReplayWebhook({ of: id = '', onClose }: UserDeedProps) {
  return (
    <ReasonDrawer
      title="Replay the event"
      verb="Replay"
      done="The event is among those that wait"
      refreshes="users"
      onConfirm={(reason) => replayWebhooks([id], reason)}
      onClose={onClose}
    >
      <p>
        The customer is read from Stripe once more, and what follows is done. Nothing happens twice.
      </p>
    </ReasonDrawer>
  );
}
