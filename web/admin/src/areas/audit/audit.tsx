import { Button, Menu, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { ChevronDown, Download, X } from 'lucide-react';
import { auditExportUrl, auditQuery, type AuditEntry } from '../../api/audit.ts';
import type { AuditFilters } from '../../app/filters.ts';
import { Instant } from '../../parts/instant.tsx';
import { Page } from '../../parts/page.tsx';
import { NothingFound, Records, type Column } from '../../parts/records.tsx';
import { SearchField } from '../../parts/search-field.tsx';
import { Empty } from '../../parts/states.tsx';
import { AuditDetail } from './audit-detail.tsx';
import { useWho } from './who.ts';

const route = getRouteApi('/inside/audit');

/** Who did what, and why: every change of money, plan, price, access or configuration. */
export function Audit() {
  const { entry, ...filters } = route.useSearch();
  const navigate = useNavigate();
  const list = useInfiniteQuery({
    ...auditQuery(filters),
    placeholderData: (previous) => previous,
  });
  const rows = list.data?.pages.flatMap(({ data }) => data);
  const change = (wanted: AuditFilters & { readonly entry?: string }): void =>
    void navigate({ to: '/audit', search: wanted, replace: true });
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <Page title="Audit" deeds={<Exports filters={filters} />}>
      <Filters filters={filters} onChange={change} />
      <Records
        label="Audit trail"
        rows={rows}
        columns={COLUMNS}
        idOf={({ id }) => String(id)}
        onOpen={({ id }) => change({ ...filters, entry: String(id) })}
        error={list.error}
        onRetry={() => void list.refetch()}
        isRefreshing={list.isPlaceholderData}
        more={
          list.hasNextPage
            ? { isBusy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }
            : undefined
        }
        empty={
          isFiltered ? (
            <NothingFound what="entries" onReset={() => change({})} />
          ) : (
            <Empty title="Nothing has been done yet" />
          )
        }
      />
      <AuditDetail entry={entry} onClose={() => change(filters)} />
    </Page>
  );
}

/** Where there is room; what was done by whom is what a small screen has room for. */
const WIDE = '(min-width: 48em)';

const COLUMNS: Column<AuditEntry>[] = [
  { accessor: 'at', title: 'When', render: ({ recorded_at: at }) => <Instant at={at} /> },
  { accessor: 'actor', title: 'Who', render: ({ actor }) => <Who actor={actor} /> },
  {
    accessor: 'action',
    title: 'Did what',
    render: ({ action }) => <span className="mono">{action}</span>,
  },
  {
    accessor: 'subject',
    title: 'To what',
    visibleMediaQuery: WIDE,
    render: ({ subject }) => `${subject.kind} ${subject.id}`,
  },
  {
    accessor: 'reason',
    title: 'Why',
    visibleMediaQuery: WIDE,
    render: ({ reason }) => reason ?? '–',
  },
];

function Who({ actor }: { readonly actor: AuditEntry['actor'] }) {
  return useWho()(actor);
}

function Exports({ filters }: { readonly filters: AuditFilters }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<Download size={14} />}
          rightSection={<ChevronDown size={14} />}
        >
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={auditExportUrl(filters, 'csv')} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={auditExportUrl(filters, 'jsonl')} download>
          JSON lines
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Filters(props: {
  readonly filters: AuditFilters;
  readonly onChange: (filters: AuditFilters) => void;
}) {
  const { filters, onChange } = props;
  const change = (name: keyof AuditFilters, value: string): void => {
    const { [name]: _, ...others } = filters;
    onChange(value === '' ? others : { ...others, [name]: value });
  };
  const day = (name: 'from' | 'to', label: string) => (
    <TextInput
      label={label}
      type="date"
      size="xs"
      value={filters[name] ?? ''}
      onChange={(event) => change(name, event.currentTarget.value)}
    />
  );
  return (
    <search className="filters" aria-label="Filters">
      <SearchField
        label="Search"
        placeholder="Reason, request or id"
        value={filters.q ?? ''}
        onChange={(q) => change('q', q)}
      />
      <SearchField
        label="Action"
        placeholder="access.*"
        value={filters.action ?? ''}
        onChange={(action) => change('action', action)}
      />
      {day('from', 'From')}
      {day('to', 'To')}
      {Object.keys(filters).length > 0 && (
        <Button
          variant="subtle"
          size="xs"
          leftSection={<X size={14} />}
          onClick={() => onChange({})}
        >
          Reset
        </Button>
      )}
    </search>
  );
}
