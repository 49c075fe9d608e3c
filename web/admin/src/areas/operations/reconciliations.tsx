import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Scale } from 'lucide-react';
import { useState } from 'react';
import {
  askReconciliation,
  reconciliationsQuery,
  type Reconciliation,
} from '../../api/operations/reconciliations.ts';
import { useMay } from '../../api/session.ts';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { showCount } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { QueueState } from './parts/queue-state.tsx';
import { ReconciliationDetail } from './reconciliation-detail.tsx';

const route = getRouteApi('/inside/operations/reconciliations');

/** Whether what is on record is what Stripe says. */
export function Reconciliations() {
  const { reconciliation } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const [isAsking, setAsking] = useState(false);
  const { data, error, refetch } = useQuery(reconciliationsQuery);
  const open = (id?: string): void => {
    const search = id === undefined ? {} : { reconciliation: id };
    void navigate({ to: '/operations/reconciliations', search, replace: true });
  };
  return (
    <OperationsPage
      title="Reconciliation"
      deeds={
        may('operations.write') && (
          <Button size="xs" leftSection={<Scale size={14} />} onClick={() => setAsking(true)}>
            Compare with Stripe
          </Button>
        )
      }
    >
      <Records
        label="Reconciliations"
        rows={data?.data}
        columns={COLUMNS}
        idOf={({ id }) => String(id)}
        onOpen={({ id }) => open(String(id))}
        error={error}
        onRetry={() => void refetch()}
        empty={
          <Empty title="Nobody has asked for one yet">
            One runs each night by itself; ask for another when something looks wrong.
          </Empty>
        }
      />
      <ReconciliationDetail id={reconciliation} onClose={() => open()} />
      {isAsking && <Asking onClose={() => setAsking(false)} />}
    </OperationsPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Reconciliation>[] = [
  { accessor: 'state', title: 'State', render: ({ state }) => <QueueState of={state} /> },
  {
    accessor: 'dry_run',
    title: 'Does',
    visibleMediaQuery: WIDE,
    render: ({ dry_run: isDry }) => (isDry ? 'Look' : 'Look and mend'),
  },
  { accessor: 'reason', title: 'Why' },
  {
    accessor: 'different',
    title: 'Differ',
    textAlign: 'right',
    render: ({ different }) => (different === null ? '–' : showCount(different)),
  },
  {
    accessor: 'asked_at',
    title: 'Asked',
    textAlign: 'right',
    render: ({ asked_at: at }) => <Instant at={at} />,
  },
];

/** Looking is what is offered; mending is asked for. */
function Asking({ onClose }: { readonly onClose: () => void }) {
  const [mends, setMends] = useState(false);
  return (
    <ReasonDrawer
      title="Compare with Stripe"
      verb={mends ? 'Compare and mend' : 'Compare'}
      isGrave={mends}
      done="It has begun, and goes on in the background"
      refreshes="operations"
      onConfirm={(reason) => askReconciliation(!mends, reason)}
      onClose={onClose}
    >
      <p>
        Every customer is read from Stripe and compared with what is on record here. Nothing is
        changed by looking.
      </p>
      <Checkbox
        label="Make right what differs"
        description="Once all are compared; it stops where too many would lose their subscription."
        checked={mends}
        onChange={(event) => setMends(event.currentTarget.checked)}
      />
    </ReasonDrawer>
  );
}
