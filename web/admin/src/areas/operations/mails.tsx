import { Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { showInstant } from '../../../../ui/dates.ts';
import { mailQuery, mailsQuery, type Mail, type WrittenMail } from '../../api/operations/mails.ts';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { Instant } from '../../parts/instant.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { Empty, Failed, Loading } from '../../parts/states.tsx';
import { spoken } from '../../words/quantities.ts';
import { OperationsPage } from './operations-page.tsx';
import { Payload } from './parts/payload.tsx';
import { QueueState } from './parts/queue-state.tsx';
import { StateFilter } from './parts/state-filter.tsx';

const route = getRouteApi('/inside/operations/mails');
const STATES = ['waiting', 'sent', 'failed', 'dropped'];

/** What customers and staff were told by mail, and what has not arrived. */
export function Mails() {
  const { mail, state } = route.useSearch();
  const navigate = useNavigate();
  const list = useInfiniteQuery({ ...mailsQuery(state), placeholderData: (previous) => previous });
  const change = (wanted: { readonly state?: string; readonly mail?: string }): void =>
    void navigate({ to: '/operations/mails', search: wanted, replace: true });
  const filter = state === undefined ? {} : { state };
  return (
    <OperationsPage title="Mails">
      <search className="filters" aria-label="Filters">
        <StateFilter
          states={STATES}
          value={state}
          onChange={(wanted) => change({ state: wanted })}
        />
      </search>
      <Records
        label="Mails"
        rows={list.data?.pages.flatMap(({ data }) => data)}
        columns={COLUMNS}
        idOf={({ id }) => String(id)}
        onOpen={({ id }) => change({ ...filter, mail: String(id) })}
        error={list.error}
        onRetry={() => void list.refetch()}
        isRefreshing={list.isPlaceholderData}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          state === undefined ? (
            <Empty title="Nobody has been written to yet" />
          ) : (
            <NothingFound what="mails" onReset={() => change({})} />
          )
        }
      />
      <Detail id={mail} onClose={() => change(filter)} />
    </OperationsPage>
  );
}

const WIDE = '(min-width: 48em)';

const COLUMNS: Column<Mail>[] = [
  {
    accessor: 'kind',
    title: 'Mail',
    render: ({ kind, subject }) => (
      <div>
        {spoken(kind)}
        <div className="quiet small">{subject ?? 'Not written yet'}</div>
      </div>
    ),
  },
  { accessor: 'state', title: 'State', render: ({ state }) => <QueueState of={state} /> },
  {
    accessor: 'to',
    title: 'To',
    visibleMediaQuery: WIDE,
    render: ({ to, audience }) => to ?? spoken(audience),
  },
  {
    accessor: 'due_at',
    title: 'Sent or due',
    textAlign: 'right',
    render: ({ sent_at: sent, due_at: due }) => <Instant at={sent ?? due} />,
  },
];

function Detail(props: { readonly id: string | undefined; readonly onClose: () => void }) {
  const { id = '' } = props;
  const { data, error, refetch } = useQuery({ ...mailQuery(id), enabled: id !== '' });
  if (id === '') return null;
  return (
    <Drawer onClose={props.onClose} title={data === undefined ? 'Mail' : spoken(data.kind)}>
      {data !== undefined && <Told mail={data} />}
      {data === undefined && error === null && <Loading rows={8} />}
      {data === undefined && error !== null && (
        <Failed error={error} onRetry={() => void refetch()} />
      )}
    </Drawer>
  );
}

function Told({ mail }: { readonly mail: WrittenMail }) {
  return (
    <Stack gap="md">
      <dl className="facts">
        <dt>State</dt>
        <dd>
          <QueueState of={mail.state} />
        </dd>
        <dt>To</dt>
        <dd>{mail.to ?? '–'}</dd>
        <dt>Due</dt>
        <dd>{showInstant(mail.due_at)}</dd>
        <dt>Sent</dt>
        <dd>{mail.sent_at === null ? '–' : showInstant(mail.sent_at)}</dd>
        <dt>Attempts</dt>
        <dd>{mail.attempts}</dd>
        <dt>Why</dt>
        <dd>{mail.last_error ?? '–'}</dd>
      </dl>
      {mail.written === null ? (
        <p className="message note">It would not be written now: {mail.stale_because}.</p>
      ) : (
        <>
          <p className="quiet small">As it would be written now:</p>
          <strong>{mail.written.subject}</strong>
          <Payload label="The mail" of={mail.written.text} />
        </>
      )}
    </Stack>
  );
}
