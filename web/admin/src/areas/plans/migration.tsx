import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import {
  migrationQuery,
  movesQuery,
  turnMigration,
  type Migration as Followed,
  type Move,
} from '../../api/plans/migrations.ts';
import { PLANS } from '../../api/plans/versions.ts';
import { useMay } from '../../api/session.ts';
import { Instant } from '../../parts/instant.tsx';
import { usePages } from '../../parts/lists/use-pages.ts';
import type { Column } from '../../parts/records.tsx';
import { Failed, Loading } from '../../parts/states.tsx';
import { To } from '../../parts/to.tsx';
import { OutcomeList } from '../../parts/works/outcome-list.tsx';
import { TurnWork } from '../../parts/works/turn-work.tsx';
import { WorkProgress } from '../../parts/works/work-progress.tsx';
import { WorkState } from '../../parts/works/work-state.tsx';
import { spoken } from '../../words/quantities.ts';
import { PlansPage } from './plans-page.tsx';

const route = getRouteApi('/inside/plans/migrations/$migration');
const OUTCOMES = ['moved', 'scheduled', 'skipped', 'refused'] as const;

/** One migration: how far it is, what came of each, and a way to stop it. */
export function Migration() {
  const { migration: id } = route.useParams();
  const { data, error, refetch } = useQuery(migrationQuery(id));
  const of = data?.migration;
  const title = of === undefined ? `Migration ${id}` : `${spoken(of.plan)}: ${wayOf(of)}`;
  return (
    <PlansPage
      title={title}
      beside={of !== undefined && <WorkState of={of.state} />}
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
          <WorkProgress of={data.progress} outcomes={OUTCOMES} noun="subscriber" />
          <Moves id={id} settled={data.progress.total - data.progress.waiting} />
        </div>
      )}
    </PlansPage>
  );
}

function wayOf({ from_version: from, to_version: to }: Followed): string {
  return `version ${from} to ${to}`;
}

function Turn({ of }: { readonly of: Followed }) {
  const mayWrite = useMay()('plans.write');
  return (
    <TurnWork
      work="migration"
      state={of.state}
      mayDo={{ stop: mayWrite, resume: mayWrite }}
      means={{
        stop: 'Who was moved stays moved, and those who wait keep what they have.',
        resume: 'Those who still wait are moved.',
      }}
      refreshes={PLANS}
      onTurn={(turn, reason) => turnMigration(turn, of, reason)}
    />
  );
}

function Moves(props: { readonly id: string; readonly settled: number }) {
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const params = { migration: props.id };
  const list = usePages(movesQuery(props.id, state, props.settled));
  return (
    <OutcomeList
      nouns="subscribers"
      who={WHO}
      idOf={({ account }) => account}
      list={list}
      outcomes={OUTCOMES}
      state={state}
      onFilter={(wanted) => {
        const search = wanted === undefined ? {} : { state: wanted };
        void navigate({ to: '/plans/migrations/$migration', params, search, replace: true });
      }}
    />
  );
}

const WHO: Column<Move> = {
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
};
