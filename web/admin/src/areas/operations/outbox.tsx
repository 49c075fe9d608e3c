import { Button, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { useState } from 'react';
import { showInstant } from '../../../../ui/dates.ts';
import {
  outboxQuery,
  retryDeliveries,
  type Delivery,
  type OutboxFilters,
} from '../../api/operations/queues.ts';
import { useMay } from '../../api/session.ts';
import { ReasonDrawer } from '../../deeds/reason-drawer.tsx';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Empty } from '../../parts/states.tsx';
import { counted } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { Payload } from './parts/payload.tsx';
import { QueueState } from './parts/queue-state.tsx';
import { StateFilter } from './parts/state-filter.tsx';

const route = getRouteApi('/inside/operations/outbox');
const STATES = ['waiting', 'failing', 'delivered'];

/** What the parts of the system tell each other, and what has not arrived. */
export function Outbox() {
  const { event, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const [chosen, setChosen] = useState<Delivery[]>([]);
  const [asked, setAsked] = useState<readonly number[]>();
  const list = useInfiniteQuery({
    ...outboxQuery(filters),
    placeholderData: (previous) => previous,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data);
  const change = (wanted: OutboxFilters & { readonly event?: string }): void =>
    void navigate({ to: '/operations/outbox', search: wanted, replace: true });
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <OperationsPage
      title="Outbox"
      deeds={
        chosen.length > 0 && (
          <Button
            size="xs"
            leftSection={<RotateCcw size={14} />}
            onClick={() => setAsked(chosen.map(({ id }) => id))}
          >
            Retry {counted(chosen.length, 'delivery', 'deliveries')}
          </Button>
        )
      }
    >
      <Filters filters={filters} onChange={change} />
      <Records
        label="Deliveries"
        rows={rows}
        columns={COLUMNS}
        idOf={({ id }) => String(id)}
        onOpen={({ id }) => change({ ...filters, event: String(id) })}
        error={list.error}
        onRetry={() => void list.refetch()}
        isRefreshing={list.isPlaceholderData}
        {...(may('operations.write') && { selected: chosen, onSelect: setChosen })}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          isFiltered ? (
            <NothingFound what="events" onReset={() => change({})} />
          ) : (
            <Empty title="Nothing has happened yet" />
          )
        }
      />
      <Detail
        event={rows?.find(({ id }) => String(id) === event)}
        onClose={() => change(filters)}
      />
      {asked !== undefined && (
        <Retry ids={asked} onDone={() => setChosen([])} onClose={() => setAsked(undefined)} />
      )}
    </OperationsPage>
  );
}

function Filters(props: {
  readonly filters: OutboxFilters;
  readonly onChange: (filters: OutboxFilters) => void;
}) {
  const { filters, onChange } = props;
  return (
    <search className="filters" aria-label="Filters">
      <SearchField
        label="Topic"
        placeholder="billing.mail_failed"
        value={filters.topic ?? ''}
        onChange={(topic) => onChange({ ...filters, topic })}
      />
      <StateFilter
        states={STATES}
        value={filters.state}
        onChange={(state) => onChange({ ...filters, state })}
      />
    </search>
  );
}

function Retry(props: {
  readonly ids: readonly number[];
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { ids } = props;
  return (
    <ReasonDrawer
      title={`Retry ${counted(ids.length, 'delivery', 'deliveries')}`}
      verb="Retry"
      done="They are tried again at once"
      refreshes="operations"
      onConfirm={(reason) => retryDeliveries(ids, reason)}
      onDone={props.onDone}
      onClose={props.onClose}
    >
      <p>Only those that failed are tried; who has had an event is not told again.</p>
    </ReasonDrawer>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Delivery>[] = [
  {
    accessor: 'topic',
    title: 'Topic',
    render: ({ topic }) => <span className="mono">{topic}</span>,
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <QueueState of={state} /> },
  {
    accessor: 'last_error',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ last_error: fault }) => fault ?? '–',
  },
  { accessor: 'attempts', title: 'Attempts', textAlign: 'right', visibleMediaQuery: WIDE },
  {
    accessor: 'recorded_at',
    title: 'Recorded',
    textAlign: 'right',
    render: ({ recorded_at: at }) => <Instant at={at} />,
  },
];

function Detail(props: { readonly event: Delivery | undefined; readonly onClose: () => void }) {
  const { event } = props;
  if (event === undefined) return null;
  return (
    <Drawer onClose={props.onClose} title={event.topic}>
      <Stack gap="md">
        <dl className="facts">
          <dt>Number</dt>
          <dd>{event.id}</dd>
          <dt>State</dt>
          <dd>
            <QueueState of={event.state} />
          </dd>
          <dt>Why</dt>
          <dd>{event.last_error ?? '–'}</dd>
          <dt>Account</dt>
          <dd>{event.account_id ?? '–'}</dd>
          <dt>Due</dt>
          <dd>{showInstant(event.due_at)}</dd>
          <dt>Told</dt>
          <dd>{event.delivered_to.length === 0 ? '–' : event.delivered_to.join(', ')}</dd>
        </dl>
        <Payload label="What is told" of={event.payload} />
      </Stack>
    </Drawer>
  );
}
