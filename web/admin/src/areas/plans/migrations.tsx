import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { migrationsQuery, type Migration } from '../../api/plans/migrations.ts';
import { Instant } from '../../parts/instant.tsx';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';
import { WorkState } from '../../parts/works/work-state.tsx';
import { PlansPage } from './plans-page.tsx';

/** Subscribers on their way from one version to another, and those who have arrived. */
export function Migrations() {
  const navigate = useNavigate();
  const list = useInfiniteQuery(migrationsQuery);
  return (
    <PlansPage title="Migrations">
      <Records
        label="Migrations"
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={COLUMNS}
        idOf={({ id }) => id}
        onOpen={({ id: migration }) =>
          void navigate({ to: '/plans/migrations/$migration', params: { migration } })
        }
        error={list.error}
        onRetry={() => void list.refetch()}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          <Empty title="Nobody was moved yet">
            <span>Publish a version of a plan, then move those who hold an earlier one.</span>
            <To to="/plans">Go to the plans</To>
          </Empty>
        }
      />
    </PlansPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Migration>[] = [
  {
    accessor: 'plan',
    title: 'Plan',
    render: ({ id, plan, from_version: from, to_version: to }) => (
      <To to="/plans/migrations/$migration" params={{ migration: id }} fz={14} fw={550}>
        {spoken(plan)}, {from} to {to}
      </To>
    ),
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <WorkState of={state} /> },
  {
    accessor: 'when',
    title: 'When',
    visibleMediaQuery: WIDE,
    render: ({ when }) => (when === 'now' ? 'At once' : 'At their renewal'),
  },
  {
    accessor: 'reason',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ reason }) => <div className="who">{reason}</div>,
  },
  {
    accessor: 'created_at',
    title: 'Begun',
    textAlign: 'right',
    render: ({ created_at: at }) => <Instant at={at} />,
  },
];
