import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { showInstant } from '../../../../ui/dates.ts';
import {
  reconciliationQuery,
  type WholeReconciliation,
} from '../../api/operations/reconciliations.ts';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { Tag } from '../../parts/values.tsx';
import { QueueState } from './parts/queue-state.tsx';

/** What one of them has found, customer by customer. */
export function ReconciliationDetail(props: {
  readonly id: string | undefined;
  readonly onClose: () => void;
}) {
  const { id = '' } = props;
  const { data, error, refetch } = useQuery({ ...reconciliationQuery(id), enabled: id !== '' });
  if (id === '') return null;
  return (
    <Drawer onClose={props.onClose} title={`Reconciliation ${id}`}>
      {data !== undefined && <Told of={data} />}
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function Told({ of }: { readonly of: WholeReconciliation }) {
  return (
    <Stack gap="md">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <QueueState of={of.state} />
        </dd>
        <dt>Why</dt>
        <dd>{of.reason}</dd>
        <dt>Does</dt>
        <dd>{of.dry_run ? 'Look' : 'Look and mend'}</dd>
        <dt>Asked</dt>
        <dd>{showInstant(of.asked_at)}</dd>
        <dt>Ended</dt>
        <dd>{of.ended_at === null ? '–' : showInstant(of.ended_at)}</dd>
        <dt>Compared</dt>
        <dd>{of.compared ?? '–'}</dd>
      </dl>
      {of.fault !== null && <p className="message bad">{of.fault}</p>}
      {of.customers.map((customer) => (
        <section key={customer.stripe_customer_id} aria-label={customer.stripe_customer_id}>
          <span className="mono">{customer.stripe_customer_id}</span>{' '}
          {customer.is_mended && <Tag tone="good">Mended</Tag>}
          <table className="changes">
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">On record</th>
                <th scope="col">At Stripe</th>
              </tr>
            </thead>
            <tbody>
              {customer.differences.map(({ about, what, recorded, found }) => (
                <tr key={`${about} ${what}`}>
                  <th scope="row">
                    {about}: {what}
                  </th>
                  <td>{recorded === '' ? '–' : recorded}</td>
                  <td>{found === '' ? '–' : found}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      ))}
    </Stack>
  );
}
