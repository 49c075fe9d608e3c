import { Anchor, Box, Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { UserRow } from '../../api/contract/users.ts';
import { chosenByList } from '../../api/bulk.ts';
import { useMay } from '../../api/session.ts';
import { usersExportUrl, usersQuery } from '../../api/users.ts';
import type { UserFilters } from '../../app/filters.ts';
import { Page } from '../../parts/page.tsx';
import { NothingFound, Records } from '../../parts/records.tsx';
import { Empty } from '../../parts/states.tsx';
import { BulkMenu } from './bulk/bulk-menu.tsx';
import { chosenColumns, columnsOf } from './columns.tsx';
import { ColumnChoice } from './column-choice.tsx';
import { Filters } from './filters.tsx';
import { SavedViews } from './saved-views.tsx';
import { Selection } from './selection.tsx';
import { To } from '../../parts/to.tsx';

const route = getRouteApi('/inside/users');

export function Users() {
  const { columns, ...filters } = route.useSearch();
  const may = useMay();
  const navigate = useNavigate();
  const shown = chosenColumns(columns);
  const change = (wanted: UserFilters): void => {
    const search = { ...wanted, ...(columns !== undefined && { columns }) };
    void navigate({ to: '/users', search, replace: true });
  };
  return (
    <Page
      title="Users"
      deeds={
        <>
          <To to="/bulk-deeds" fz={14}>
            Bulk deeds
          </To>
          <BulkMenu label="Do to all" chosen={chosenByList(filters)} />
          <SavedViews search={{ ...filters, ...(columns !== undefined && { columns }) }} />
          <ColumnChoice
            shown={shown}
            onChange={(names) =>
              void navigate({
                to: '/users',
                search: { ...filters, columns: names.join(',') },
                replace: true,
              })
            }
          />
          {may('users.export') && (
            <Button
              component="a"
              href={usersExportUrl(filters)}
              download
              variant="default"
              size="xs"
              leftSection={<Download size={14} />}
            >
              Export CSV
            </Button>
          )}
        </>
      }
    >
      <Filters filters={filters} onChange={change} />
      <UserList filters={filters} shown={shown} onReset={() => change({})} />
    </Page>
  );
}

function UserList(props: {
  readonly filters: UserFilters;
  readonly shown: readonly string[];
  readonly onReset: () => void;
}) {
  const navigate = useNavigate();
  const [selected, setSelected] = useState<UserRow[]>([]);
  const list = useInfiniteQuery({
    ...usersQuery(props.filters),
    placeholderData: (previous) => previous,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data);
  const isFiltered = Object.keys(props.filters).length > 0;
  const isSimilar = list.data?.pages[0]?.is_similar === true;
  return (
    <>
      {isSimilar && (
        <Box component="p" mb="sm" className="message note" role="status">
          Nobody is called “{props.filters.q}”. These are called about so; deeds on the whole list
          leave them out.
        </Box>
      )}
      <Selection rows={selected} onClear={() => setSelected([])} />
      <Records
        label="Users"
        rows={rows}
        columns={columnsOf(props.shown)}
        idOf={({ user }) => user}
        nameOf={({ name, email, user }) => name ?? email ?? user}
        onOpen={({ user }) => void navigate({ to: '/users/$user', params: { user } })}
        error={list.error}
        onRetry={() => void list.refetch()}
        isRefreshing={list.isPlaceholderData}
        selected={selected}
        onSelect={setSelected}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={isFiltered ? <NothingFound what="users" onReset={props.onReset} /> : <NoUsers />}
      />
    </>
  );
}

function NoUsers() {
  return (
    <Empty title="There are no users yet">
      <span>
        They come with the first <code>PUT /v1/users/{'{user}'}</code> of the app.
      </span>
      <Anchor href="/docs">How the API is used</Anchor>
      <To to="/me">Your own security</To>
    </Empty>
  );
}
