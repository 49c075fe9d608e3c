import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import {
  BULK,
  bulkDeedQuery,
  bulkExportUrl,
  bulkUsersQuery,
  turnBulkDeed,
  type BulkDeed,
  type BulkUser,
  type FollowedBulkDeed,
} from '../../../api/bulk.ts';
import { useMay } from '../../../api/session.ts';
import { Instant } from '../../../parts/instant.tsx';
import { usePages } from '../../../parts/lists/use-pages.ts';
import { Page } from '../../../parts/page.tsx';
import type { Column } from '../../../parts/records.tsx';
import { Failed, Loading } from '../../../parts/states.tsx';
import { To } from '../../../parts/to.tsx';
import { OutcomeList } from '../../../parts/works/outcome-list.tsx';
import { TurnWork } from '../../../parts/works/turn-work.tsx';
import { WorkProgress } from '../../../parts/works/work-progress.tsx';
import { WorkState } from '../../../parts/works/work-state.tsx';
import { showValue } from '../../../words/differences.ts';
import { counted, showCount, spoken } from '../../../words/quantities.ts';
import { doneAs, mayDoToMany } from './kinds.ts';
import { UndoBulk } from './undo-bulk.tsx';

const route = getRouteApi('/inside/bulk-deeds/$deed');
const OUTCOMES = ['done', 'refused'] as const;

/** One bulk deed: how far it is, what came of each, and a way to stop it or take it back. */
export function BulkDeedPage() {
  const { deed: id } = route.useParams();
  const { data, error, refetch } = useQuery(bulkDeedQuery(id));
  const of = data?.bulk_deed;
  const title =
    of === undefined ? `Bulk deed ${id}` : `${doneAs(of)}: ${counted(of.users, 'user')}`;
  return (
    <Page
      title={title}
      beside={of !== undefined && <WorkState of={of.state} />}
      deeds={
        data !== undefined && (
          <>
            <UndoBulk of={data} />
            <Turn of={data} />
          </>
        )
      }
    >
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
      {data !== undefined && (
        <div className="stack">
          <Said of={data} />
          <WorkProgress of={data.progress} outcomes={OUTCOMES} noun="user" />
          <Reported id={id} settled={data.progress.total - data.progress.waiting} />
        </div>
      )}
    </Page>
  );
}

function Said({ of }: { readonly of: FollowedBulkDeed }) {
  const { bulk_deed: deed, undone_by: undoneBy } = of;
  const { staff, carried_on_by: carrier } = deed;
  return (
    <p className="quiet small">
      {deed.undoes === null ? (
        termsSaid(deed)
      ) : (
        <>
          Undoes{' '}
          <To
            to="/bulk-deeds/$deed"
            params={{ deed: deed.undoes }}
            inherit
          >{`bulk deed ${deed.undoes}`}</To>
        </>
      )}{' '}
      · begun <Instant at={deed.created_at} /> by {staff.name ?? staff.id}
      {carrier.id !== staff.id && ` · carried on by ${carrier.name ?? carrier.id}`} · “{deed.reason}
      ”
      {undoneBy !== null && (
        <>
          {' '}
          · undone by{' '}
          <To
            to="/bulk-deeds/$deed"
            params={{ deed: undoneBy }}
            inherit
          >{`bulk deed ${undoneBy}`}</To>
        </>
      )}
    </p>
  );
}

/** `60 more audio minutes`, or the terms as they are where a kind has others. */
function termsSaid(deed: BulkDeed): string {
  const { amount, feature, ...rest } = deed.terms;
  if (typeof amount === 'number' && typeof feature === 'string') {
    const more = `${showCount(amount)} more ${spoken(feature).toLowerCase()}`;
    return [more, ...factsOf(rest)].join(', ');
  }
  const said = factsOf(deed.terms);
  return said.length === 0 ? doneAs(deed) : said.join(', ');
}

function factsOf(terms: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(terms).map(([name, of]) => `${spoken(name)} ${showValue(of)}`);
}

function Turn({ of }: { readonly of: FollowedBulkDeed }) {
  const { bulk_deed: deed, undone_by: undoneBy } = of;
  const may = useMay();
  return (
    <TurnWork
      work="bulk deed"
      state={deed.state}
      mayDo={{
        stop: may('bulk.write'),
        resume: mayDoToMany(may, deed.kind) && undoneBy === null,
      }}
      means={{
        stop: 'To whom it was done it stays done, and those who wait are left as they are.',
        resume: 'It is done to those who still wait, from here on in your name.',
      }}
      refreshes={BULK}
      onTurn={(turn, reason) => turnBulkDeed(turn, deed, reason)}
    />
  );
}

function Reported(props: { readonly id: string; readonly settled: number }) {
  const { state } = route.useSearch();
  const may = useMay();
  const navigate = useNavigate();
  const params = { deed: props.id };
  const list = usePages(bulkUsersQuery(props.id, state, props.settled));
  return (
    <OutcomeList
      nouns="users"
      who={WHO}
      idOf={({ user }) => user}
      list={list}
      outcomes={OUTCOMES}
      state={state}
      onFilter={(wanted) => {
        const search = wanted === undefined ? {} : { state: wanted };
        void navigate({ to: '/bulk-deeds/$deed', params, search, replace: true });
      }}
      beside={
        may('users.export') && (
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
        )
      }
    />
  );
}

const WHO: Column<BulkUser> = {
  accessor: 'user',
  title: 'User',
  render: ({ user, name, email }) => (
    <To to="/users/$user" params={{ user }} fz={14}>
      {name ?? email}
    </To>
  ),
};
