import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { CirclePlay, CircleStop } from 'lucide-react';
import { useState } from 'react';
import {
  migrationQuery,
  movesQuery,
  turnMigration,
  type Migration as Followed,
  type Move,
} from '../../api/plans/migrations.ts';
import { PLANS } from '../../api/plans/versions.ts';
import { useMay } from '../../api/session.ts';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { spoken } from '../../words/quantities.ts';
import { MigrationState } from './parts/migration-state.tsx';
import { MoveProgress } from './parts/move-progress.tsx';
import { PlansPage } from './plans-page.tsx';

const route = getRouteApi('/inside/plans/migrations/$migration');

/** One migration: how far it is, what came of each, and a way to stop it. */
export function Migration() {
  const { migration: id } = route.useParams();
  const { data, error, refetch } = useQuery(migrationQuery(id));
  const of = data?.migration;
  const title = of === undefined ? `Migration ${id}` : `${spoken(of.plan)}: ${wayOf(of)}`;
  return (
    <PlansPage
      title={title}
      beside={of !== undefined && <MigrationState of={of.state} />}
      deeds={of !== undefined && <Turn of={of} />}
    >
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <div className="stack">
          <p className="quiet small">
            {data.migration.when === 'now' ? 'At once' : 'At their renewal'} · begun{' '}
            <Instant at={data.migration.created_at} /> · “{data.migration.reason}”
          </p>
          <MoveProgress of={data.progress} />
          <Moves id={id} settled={data.progress.total - data.progress.waiting} />
        </div>
      )}
    </PlansPage>
  );
}

function wayOf({ from_version: from, to_version: to }: Followed): string {
  return `version ${from} to ${to}`;
}

/** The button that stops it, and once it is stopped the one that has it go on. */
function Turn({ of }: { readonly of: Followed }) {
  const mayWrite = useMay()('plans.write');
  const [turn, setTurn] = useState<'stop' | 'resume'>();
  if (!mayWrite || of.state === 'done') return null;
  const next = of.state === 'running' ? 'stop' : 'resume';
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
          title={turn === 'stop' ? 'Stop the migration' : 'Go on with the migration'}
          verb={turn === 'stop' ? 'Stop it' : 'Go on'}
          isGrave={turn === 'stop'}
          done={turn === 'stop' ? 'The migration is stopped' : 'The migration goes on'}
          refreshes={PLANS}
          onConfirm={(reason) => turnMigration(turn, of, reason)}
          onClose={() => setTurn(undefined)}
        >
          <p>
            {turn === 'stop'
              ? 'Who was moved stays moved, and those who wait keep what they have.'
              : 'Those who still wait are moved.'}
          </p>
        </ReasonDrawer>
      )}
    </>
  );
}

const STATES = ['waiting', 'moved', 'scheduled', 'skipped', 'refused'];

function Moves(props: { readonly id: string; readonly settled: number }) {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const params = { migration: props.id };
  const list = useInfiniteQuery(movesQuery(props.id, state, props.settled));
  const show = (wanted: string): void => {
    const search = wanted === '' ? {} : { state: wanted };
    void navigate({ to: '/plans/migrations/$migration', params, search, replace: true });
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
      </search>
      <Records
        label="Subscribers"
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={COLUMNS}
        idOf={({ account }) => account}
        error={list.error}
        onRetry={() => void list.refetch()}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          state === undefined ? (
            <Empty title="Nobody held the version" />
          ) : (
            <NothingFound what="subscribers" onReset={() => show('')} />
          )
        }
      />
    </div>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Move>[] = [
  {
    accessor: 'user',
    title: 'Subscriber',
    render: ({ user, account }) =>
      user === null ? (
        <span className="mono">Account {account}</span>
      ) : (
        <To to="/users/$user" params={{ user }} fz={14}>
          {user}
        </To>
      ),
  },
  { accessor: 'state', title: 'Came of it', render: ({ state }) => <MigrationState of={state} /> },
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
