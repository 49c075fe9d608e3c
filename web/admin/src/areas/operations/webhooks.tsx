import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { RotateCcw } from 'lucide-react';
import { Fragment, useState } from 'react';
import {
  webhooksQuery,
  type Webhook,
  type WebhookFilters,
  type Webhooks as WebhooksAnswer,
} from '../../api/operations/queues.ts';
import { useMay } from '../../api/session.ts';
import { ReplayDrawer } from '../../deeds/money/replay.tsx';
import { Instant } from '../../parts/instant.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Empty } from '../../parts/states.tsx';
import { counted } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { QueueState } from './parts/queue-state.tsx';
import { StateFilter } from './parts/state-filter.tsx';
import { WebhookDetail } from './webhook-detail.tsx';

const route = getRouteApi('/inside/operations/webhooks');
const STATES = ['stored', 'done', 'failed', 'ignored'];

/** What Stripe has told, what became of it, and a way to have it handled once more. */
export function Webhooks() {
  const { event, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const may = useMay();
  const [chosen, setChosen] = useState<Webhook[]>([]);
  const [asked, setAsked] = useState<readonly string[]>();
  const list = useInfiniteQuery(webhooksQuery(filters));
  const events = list.data?.pages.flatMap(({ data }) => data);
  const status = list.data?.pages[0]?.status;
  const change = (wanted: WebhookFilters & { readonly event?: string }): void =>
    void navigate({ to: '/operations/webhooks', search: wanted, replace: true });
  const mayReplay = may('operations.write');
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <OperationsPage
      title="Webhooks"
      deeds={
        chosen.length > 0 && (
          <Button
            size="xs"
            leftSection={<RotateCcw size={14} />}
            onClick={() => setAsked(chosen.map(({ id }) => id))}
          >
            Replay {counted(chosen.length, 'event')}
          </Button>
        )
      }
    >
      <Filters filters={filters} onChange={change} />
      {status !== undefined && <Standing of={status} />}
      <Records
        label="Events of Stripe"
        rows={events}
        columns={COLUMNS}
        idOf={({ id }) => id}
        onOpen={({ id }) => change({ ...filters, event: id })}
        error={list.error}
        onRetry={() => void list.refetch()}
        isRefreshing={list.isPlaceholderData}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        {...(mayReplay && { selected: chosen, onSelect: setChosen })}
        empty={
          isFiltered ? (
            <NothingFound what="events" onReset={() => change({})} />
          ) : (
            <Empty title="Stripe has told nothing yet" />
          )
        }
      />
      <WebhookDetail
        id={event}
        event={events?.find(({ id }) => id === event)}
        onClose={() => change(filters)}
        {...(mayReplay && { onReplay: (id: string) => setAsked([id]) })}
      />
      {asked !== undefined && (
        <ReplayDrawer
          refreshes="operations"
          ids={asked}
          onDone={() => setChosen([])}
          onClose={() => setAsked(undefined)}
        />
      )}
    </OperationsPage>
  );
}

function Filters(props: {
  readonly filters: WebhookFilters;
  readonly onChange: (filters: WebhookFilters) => void;
}) {
  const { filters, onChange } = props;
  return (
    <search className="filters" aria-label="Filters">
      <SearchField
        label="Customer at Stripe"
        placeholder="cus_…"
        value={filters.customer ?? ''}
        onChange={(customer) => onChange({ ...filters, customer })}
      />
      <StateFilter
        states={STATES}
        value={filters.state}
        onChange={(state) => onChange({ ...filters, state })}
      />
    </search>
  );
}

function Standing({ of }: { readonly of: WebhooksAnswer['status'] }) {
  return (
    <p className="quiet small">
      {counted(of.waiting, 'event')} waiting, {of.failed} failed; asked for what was missed{' '}
      <Instant at={of.last_sweep_at} />
    </p>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Webhook>[] = [
  {
    accessor: 'type',
    title: 'Event',
    render: ({ type, id }) => (
      <div>
        <span className="mono">{breakable(type)}</span>
        <div className="quiet small mono wide-only">{id}</div>
      </div>
    ),
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <QueueState of={state} /> },
  {
    accessor: 'reason',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ reason }) => reason ?? '–',
  },
  {
    accessor: 'stripe_customer_id',
    title: 'Customer',
    visibleMediaQuery: WIDE,
    render: ({ stripe_customer_id: id }) => <span className="mono">{id ?? '–'}</span>,
  },
  {
    accessor: 'received_at',
    title: 'Received',
    textAlign: 'right',
    render: ({ received_at: at }) => <Instant at={at} />,
  },
];

/** `payment_intent.` `created`: broken between its words, where it does not fit. */
function breakable(type: string) {
  return type.split(/(?<=[._])/).map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
