import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { showInstant } from '../../../../ui/dates.ts';
import { payloadQuery, type Webhook } from '../../api/operations/queues.ts';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { Copyable } from '../../parts/values.tsx';
import { Payload } from './parts/payload.tsx';
import { QueueState } from './parts/queue-state.tsx';

/** One event whole: what became of it, and what Stripe sent. */
export function WebhookDetail(props: {
  readonly id: string | undefined;
  /** As the list has it, where it is listed. */
  readonly event: Webhook | undefined;
  readonly onReplay?: (id: string) => void;
  readonly onClose: () => void;
}) {
  const { id = '', event, onReplay } = props;
  const { data, error, refetch } = useQuery({ ...payloadQuery(id), enabled: id !== '' });
  if (id === '') return null;
  return (
    <Drawer onClose={props.onClose} title={event?.type ?? 'Event'}>
      <Stack gap="md">
        <dl className="facts">
          <dt>Id</dt>
          <dd>
            <Copyable text={id} what="the event's id" />
          </dd>
          {event !== undefined && <Facts event={event} />}
        </dl>
        {onReplay !== undefined && (
          <div>
            <Button size="xs" variant="default" onClick={() => onReplay(id)}>
              Replay it
            </Button>
          </div>
        )}
        {data === undefined && error === null && <Loading rows={8} />}
        {data === undefined && error !== null && (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
        {data !== undefined && <Payload label="What Stripe sent" of={read(data.payload)} />}
      </Stack>
    </Drawer>
  );
}

function Facts({ event }: { readonly event: Webhook }) {
  return (
    <>
      <dt>State</dt>
      <dd>
        <QueueState of={event.state} />
      </dd>
      <dt>Why</dt>
      <dd>{event.reason ?? '–'}</dd>
      <dt>Customer</dt>
      <dd className="mono">{event.stripe_customer_id ?? '–'}</dd>
      <dt>Received</dt>
      <dd>{showInstant(event.received_at)}</dd>
      <dt>Handled</dt>
      <dd>{event.handled_at === null ? '–' : showInstant(event.handled_at)}</dd>
      <dt>Found by</dt>
      <dd>{event.found_by_sweep ? 'Asking Stripe' : 'Being told'}</dd>
    </>
  );
}

/** What is no JSON is shown as it came. */
function read(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}
