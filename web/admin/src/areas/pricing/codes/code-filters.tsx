import { Button, NativeSelect } from '@mantine/core';
import { X } from 'lucide-react';
import { CODE_STATES, type CodeFilters } from '../../../api/pricing/codes.ts';
import { SearchField } from '../../../parts/search-field.tsx';
import { spoken } from '../../../words/quantities.ts';

/** What narrows the list of codes; each stands in the address. */
export function CodeFilterFields(props: {
  readonly filters: CodeFilters;
  /** Whether codes may be sought by what they are: only by whoever is shown them. */
  readonly maySeek: boolean;
  readonly onChange: (filters: CodeFilters) => void;
}) {
  const { filters, onChange } = props;
  return (
    <search className="filters" aria-label="Filters">
      {props.maySeek && (
        <SearchField
          label="Begins with"
          placeholder="The first letters of a code"
          value={filters.prefix ?? ''}
          onChange={(prefix) => onChange({ ...filters, prefix })}
        />
      )}
      <SearchField
        label="Batch"
        placeholder="The name of a batch"
        value={filters.batch ?? ''}
        onChange={(batch) => onChange({ ...filters, batch })}
      />
      <NativeSelect
        label="State"
        size="xs"
        value={filters.state ?? ''}
        data={[
          { value: '', label: 'Any' },
          ...CODE_STATES.map((value) => ({ value, label: spoken(value) })),
        ]}
        onChange={(event) => onChange({ ...filters, state: event.currentTarget.value })}
      />
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
