import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CirclePlay, CircleStop, Download } from 'lucide-react';
import { useState } from 'react';
import {
  BULK,
  bulkDeedQuery,
  bulkExportUrl,
  bulkUsersQuery,
  turnBulkDeed,
  type BulkDeed,
  type BulkUser,
} from '../../../api/bulk.ts';
import { useMay } from '../../../api/session.ts';
import { ReasonDrawer } from '../../../deeds/reason-drawer.tsx';
import { Instant } from '../../../parts/instant.tsx';
import { Page } from '../../../parts/page.tsx';
import { NothingFound, Records, type Column } from '../../../parts/records.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { counted, spoken } from '../../../words/quantities.ts';
import { BulkProgress } from './bulk-progress.tsx';
import { BulkState } from './bulk-state.tsx';
import { BULK_KINDS, doneAs } from './kinds.ts';

const route = getRouteApi('/inside/bulk-deeds/$deed');

/** One bulk deed: how far it is, what came of each, and a way to stop it. */
export function BulkDeedPage() {
  const { deed: id } = route.useParams();
  const { data, error, refetch } = useQuery(bulkDeedQuery(id));
  const of = data?.bulk_deed;
  const title =
    of === undefined ? `Bulk deed ${id}` : `${doneAs(of.kind)}: ${counted(of.users, 'user')}`;
  return (
    <Page
      title={title}
      beside={of !== undefined && <BulkState of={of.state} />}
      deeds={of !== undefined && <Turn of={of} />}
    >
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <div className="stack">
          <p className="quiet small">
            {termsSaid(data.bulk_deed)} · begun <Instant at={data.bulk_deed.created_at} /> by{' '}
            {data.bulk_deed.staff.name ?? data.bulk_deed.staff.id} · “{data.bulk_deed.reason}”
          </p>
          <BulkProgress of={data.progress} />
          <Reported id={id} settled={data.progress.total - data.progress.waiting} />
        </div>
      )}
    </Page>
  );
}

function termsSaid({ kind, terms }: BulkDeed): string {
  const said = Object.entries(terms).map(([name, value]) => `${spoken(name)} ${String(value)}`);
  return said.length === 0 ? doneAs(kind) : said.join(', ');
}

/** The button that stops it, and once it is stopped the one that has it go on. */
function Turn({ of }: { readonly of: BulkDeed }) {
  const may = useMay();
  const [turn, setTurn] = useState<'stop' | 'resume'>();
  const next = of.state === 'running' ? 'stop' : 'resume';
  const needed = BULK_KINDS.find(({ kind }) => kind === of.kind)?.permission;
  const mayResume = needed !== undefined && may(needed);
  if (!may('bulk.write') || of.state === 'done') return null;
  if (next === 'resume' && !mayResume) return null;
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
          title={turn === 'stop' ? 'Stop the bulk deed' : 'Go on with the bulk deed'}
          verb={turn === 'stop' ? 'Stop it' : 'Go on'}
          isGrave={turn === 'stop'}
          done={turn === 'stop' ? 'The bulk deed is stopped' : 'The bulk deed goes on'}
          refreshes={BULK}
          onConfirm={(reason) => turnBulkDeed(turn, of, reason)}
          onClose={() => setTurn(undefined)}
        >
          <p>
            {turn === 'stop'
              ? 'To whom it was done it stays done, and those who wait are left as they are.'
              : 'It is done to those who still wait.'}
          </p>
        </ReasonDrawer>
      )}
    </>
  );
}

const STATES = ['waiting', 'done', 'refused'];

function Reported(props: { readonly id: string; readonly settled: number }) {
  const { state } = route.useSearch();
  const may = useMay();
  const navigate = useNavigate();
  const params = { deed: props.id };
  const list = useInfiniteQuery(bulkUsersQuery(props.id, state, props.settled));
  const show = (wanted: string): void => {
    const search = wanted === '' ? {} : { state: wanted };
    void navigate({ to: '/bulk-deeds/$deed', params, search, replace: true });
  };
  return (
    <div>
      <search className="filters" aria-label="Filters">
        <NativeSelect
          label="What came of them"
          size="xs"
          value={state ?? ''}
          onChange={(event) => show(event.currentTarget.value)}
          data={[
            { value: '', label: 'Any' },
            ...STATES.map((value) => ({ value, label: spoken(value) })),
          ]}
        />
        {may('users.export') && (
          <Button
            component="a"
            href={bulkExportUrl(props.id, state)}
            download
            variant="default"
            size="xs"
            leftSection={<Download size={14} />}
          >
            Export CSV
          </Button>
        )}
      </search>
      <Records
        label="Users"
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={COLUMNS}
        idOf={({ user }) => user}
        error={list.error}
        onRetry={() => void list.refetch()}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={<NothingFound what="users" onReset={() => show('')} />}
      />
    </div>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<BulkUser>[] = [
  {
    accessor: 'user',
    title: 'User',
    render: ({ user, name, email }) => (
      <To to="/users/$user" params={{ user }} fz={14}>
        {name ?? email}
      </To>
    ),
  },
  { accessor: 'state', title: 'Came of it', render: ({ state }) => <BulkState of={state} /> },
  {
    accessor: 'detail',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ detail }) => detail ?? '–',
  },
  {
    accessor: 'settled_at',
    title: 'When',
    textAlign: 'right',
    render: ({ settled_at: at }) => <Instant at={at} />,
  },
];
