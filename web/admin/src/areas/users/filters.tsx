import { Button, NativeSelect, Popover, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { SlidersHorizontal, X } from 'lucide-react';
import { plansQuery } from '../../api/plans.ts';
import type { UserFilters } from '../../app/filters.ts';
import { SearchField } from '../../parts/search-field.tsx';
import { spoken } from '../../words/quantities.ts';

const STATUSES = ['active', 'trialing', 'past_due', 'unpaid', 'paused', 'canceled', 'none'];

const SORTS = [
  { value: '', label: 'Newest first' },
  { value: 'created', label: 'Oldest first' },
  { value: '-mrr', label: 'Highest MRR' },
  { value: '-usage', label: 'Most used' },
  { value: 'email', label: 'E-mail' },
];

type Set = (name: keyof UserFilters, value: string) => void;

/** All that narrows the list; each stands in the address. */
export function Filters(props: {
  readonly filters: UserFilters;
  readonly onChange: (filters: UserFilters) => void;
}) {
  const { filters, onChange } = props;
  const set: Set = (name, value) => onChange(without({ ...filters, [name]: value }));
  const isFiltered = Object.keys(filters).some((name) => name !== 'sort');
  return (
    <search className="filters" aria-label="Filters">
      <SearchField
        label="Search"
        placeholder="Name, e-mail, id or Stripe id"
        value={filters.q ?? ''}
        onChange={(q) => set('q', q)}
      />
      <Choices filters={filters} onSet={set} />
      <NativeSelect
        label="Order"
        size="xs"
        value={filters.sort ?? ''}
        onChange={(event) => set('sort', event.currentTarget.value)}
        data={SORTS}
      />
      <Button.Group>
        <MoreFilters filters={filters} onSet={set} />
        {isFiltered && (
          <Button
            variant="subtle"
            size="xs"
            leftSection={<X size={14} />}
            onClick={() => onChange({})}
          >
            Reset
          </Button>
        )}
      </Button.Group>
    </search>
  );
}

function Choices({ filters, onSet }: { readonly filters: UserFilters; readonly onSet: Set }) {
  const { data: plans = [] } = useQuery(plansQuery);
  const any = { value: '', label: 'Any' };
  return (
    <>
      <NativeSelect
        label="Plan"
        size="xs"
        value={filters.plan ?? ''}
        onChange={(event) => onSet('plan', event.currentTarget.value)}
        data={[any, ...plans.map(({ slug, name }) => ({ value: slug, label: name }))]}
      />
      <NativeSelect
        label="Status"
        size="xs"
        value={filters.status ?? ''}
        onChange={(event) => onSet('status', event.currentTarget.value)}
        data={[any, ...STATUSES.map((status) => ({ value: status, label: spoken(status) }))]}
      />
    </>
  );
}

const FURTHER = ['source', 'created_from', 'created_to', 'mrr_min', 'usage_min'] as const;
const SOURCES = ['stripe', 'manual', 'gift', 'none'];

/** What is asked for less often, one click away. */
function MoreFilters({ filters, onSet }: { readonly filters: UserFilters; readonly onSet: Set }) {
  const used = FURTHER.filter((name) => filters[name] !== undefined).length;
  const text = (name: keyof UserFilters, label: string, type: 'date' | 'number') => (
    <TextInput
      label={label}
      type={type}
      size="xs"
      min={0}
      value={filters[name] ?? ''}
      onChange={(event) => onSet(name, event.currentTarget.value)}
    />
  );
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<SlidersHorizontal size={14} />}>
          More{used > 0 && ` (${used})`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <NativeSelect
            label="Subscription kept by"
            size="xs"
            value={filters.source ?? ''}
            onChange={(event) => onSet('source', event.currentTarget.value)}
            data={[
              { value: '', label: 'Any' },
              ...SOURCES.map((source) => ({ value: source, label: spoken(source) })),
            ]}
          />
          {text('created_from', 'Created from', 'date')}
          {text('created_to', 'Created to', 'date')}
          {text('mrr_min', 'MRR at least, in minor units', 'number')}
          {text('usage_min', 'Usage at least, in percent', 'number')}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function without(filters: Readonly<Record<string, string | undefined>>): UserFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ''));
}
