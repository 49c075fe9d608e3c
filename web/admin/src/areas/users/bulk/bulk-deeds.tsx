import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { bulkDeedsQuery, type BulkDeed } from '../../../api/bulk.ts';
import { Instant } from '../../../parts/instant.tsx';
import { Page } from '../../../parts/page.tsx';
import { Records, type Column } from '../../../parts/records.tsx';
import { Empty } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { showCount } from '../../../words/quantities.ts';
import { WorkState } from '../../../parts/works/work-state.tsx';
import { doneAs } from './kinds.ts';

/** What was done to many users at once. */
export function BulkDeeds() {
  const navigate = useNavigate();
  const list = useInfiniteQuery(bulkDeedsQuery);
  return (
    <Page title="Bulk deeds">
      <Records
        label="Bulk deeds"
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={COLUMNS}
        idOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: '/bulk-deeds/$deed', params: { deed: id } })}
        error={list.error}
        onRetry={() => void list.refetch()}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          <Empty title="Nothing was done to many users yet">
            <span>Filter the users or select some, and choose what is done to them.</span>
            <To to="/users">Users</To>
          </Empty>
        }
      />
    </Page>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<BulkDeed>[] = [
  {
    accessor: 'kind',
    title: 'What',
    render: (deed) => (
      <To to="/bulk-deeds/$deed" params={{ deed: deed.id }} fz={14}>
        {doneAs(deed)}
      </To>
    ),
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <WorkState of={state} /> },
  {
    accessor: 'users',
    title: 'Users',
    textAlign: 'right',
    render: ({ users }) => showCount(users),
  },
  { accessor: 'reason', title: 'Why', visibleMediaQuery: WIDE },
  {
    accessor: 'staff',
    title: 'By',
    visibleMediaQuery: WIDE,
    render: ({ staff }) => staff.name ?? staff.id,
  },
  {
    accessor: 'created_at',
    title: 'Begun',
    textAlign: 'right',
    render: ({ created_at: at }) => <Instant at={at} />,
  },
];
