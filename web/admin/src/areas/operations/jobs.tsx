import { Button, Group } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  jobsQuery,
  touchJobs,
  type QueuedJob,
  type Schedule,
} from '../../api/operations/system.ts';
import { useMay } from '../../api/session.ts';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { pagesOf } from '../../parts/lists/use-pages.ts';
import { Records, type Column } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { counted } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { QueueState } from './parts/queue-state.tsx';

/** What goes on by the clock, and what of it has gone wrong. */
export function Jobs() {
  const may = useMay();
  const [chosen, setChosen] = useState<QueuedJob[]>([]);
  const [deed, setDeed] = useState<'retry' | 'remove'>();
  const list = useInfiniteQuery(jobsQuery);
  const { rows, error, onRetry, more } = pagesOf(list);
  const first = list.data?.pages[0];
  return (
    <OperationsPage
      title="Jobs"
      deeds={
        chosen.length > 0 && (
          <Group gap="xs">
            <Button size="xs" variant="default" onClick={() => setDeed('remove')}>
              Remove
            </Button>
            <Button size="xs" onClick={() => setDeed('retry')}>
              Retry
            </Button>
          </Group>
        )
      }
    >
      <Records
        label="Ticks in the queue"
        rows={rows}
        columns={TICKS}
        idOf={({ id }) => String(id)}
        nameOf={({ name }) => name}
        error={error}
        onRetry={onRetry}
        more={more}
        {...(may('operations.write') && { selected: chosen, onSelect: setChosen })}
        empty={<Empty title="Nothing waits and nothing has failed" />}
      />
      {first !== undefined && <Schedules of={first.schedules} />}
      {deed !== undefined && (
        <Deed
          deed={deed}
          ids={chosen.map(({ id }) => id)}
          onDone={() => setChosen([])}
          onClose={() => setDeed(undefined)}
        />
      )}
    </OperationsPage>
  );
}

function Deed(props: {
  readonly deed: 'retry' | 'remove';
  readonly ids: readonly number[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { deed, ids } = props;
  const isRetry = deed === 'retry';
  const verb = isRetry ? 'Retry' : 'Remove';
  return (
    <ReasonDrawer
      title={`${verb} ${counted(ids.length, 'tick')}`}
      verb={verb}
      done={isRetry ? 'They run again at once' : 'They are out of the queue'}
      refreshes="operations"
      onConfirm={(reason) => touchJobs(deed, ids, reason)}
      onDone={props.onDone}
      onClose={props.onClose}
    >
      <p>
        {isRetry
          ? 'Those that have failed run again at once.'
          : 'What runs just now stays, and the schedule brings the next tick.'}
      </p>
    </ReasonDrawer>
  );
}

function Schedules({ of }: { readonly of: readonly Schedule[] }) {
  return (
    <>
      <h2>Schedules</h2>
      <Records
        label="Schedules"
        rows={of}
        columns={SCHEDULES}
        idOf={({ name }) => name}
        error={null}
        onRetry={() => undefined}
        empty={<Empty title="There are no schedules" />}
      />
    </>
  );
}

const WIDE = '(min-width: 48em)';

const TICKS: Column<QueuedJob>[] = [
  { accessor: 'name', title: 'Job', render: ({ name }) => <span className="mono">{name}</span> },
  { accessor: 'state', title: 'State', render: ({ state }) => <QueueState of={state} /> },
  {
    accessor: 'last_error',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ last_error: fault }) => fault ?? '–',
  },
  {
    accessor: 'run_at',
    title: 'Due',
    textAlign: 'right',
    render: ({ run_at: at }) => <Instant at={at} />,
  },
];

const SCHEDULES: Column<Schedule>[] = [
  {
    accessor: 'name',
    title: 'Job',
    noWrap: true,
    render: ({ name }) => <span className="mono">{name}</span>,
  },
  {
    accessor: 'schedule',
    title: 'Cron, UTC',
    noWrap: true,
    render: ({ schedule }) => <span className="mono">{schedule}</span>,
  },
  {
    accessor: 'last_tick_at',
    title: 'Last tick',
    textAlign: 'right',
    render: ({ last_tick_at: at }) => <Instant at={at} />,
  },
];
