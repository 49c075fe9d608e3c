import { Button, Menu, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { segmentsQuery } from '../../../api/metrics/figures.ts';
import { DIMENSIONS, type InsightSearch } from '../../../app/filters.ts';
import { spoken } from '../../../words/quantities.ts';
import { showSpanName } from '../../../words/spans.ts';
import { presetsAt } from './asked.ts';
import { AttributeMenus } from './attribute-menus.tsx';
import { valuesIn, valuesText } from './filter-values.ts';
import { InsightViews } from './insight-views.tsx';
import { SegmentMenu } from './segment-menu.tsx';
import { segmentName } from './segment-name.ts';
import { useChangeSearch, useInsightSearch, useToday } from './use-asked.ts';

const COMPARISONS = [
  { value: '', label: 'With nothing' },
  { value: 'previous', label: 'With the time before' },
  { value: 'year', label: 'With a year before' },
];

const GRANULARITIES = [
  { value: '', label: 'Months' },
  { value: 'week', label: 'Weeks' },
  { value: 'day', label: 'Days' },
];

const PROFILES = [
  { value: '', label: 'Stripe' },
  { value: 'chartmogul', label: 'ChartMogul' },
  { value: 'profitwell', label: 'ProfitWell' },
];

const SEGMENTS = ['plan', 'country', 'source', 'cycle', 'cohort'] as const;

/** When, against what, and of whom: all of it stands in the address. */
export function Controls() {
  const search = useInsightSearch();
  const change = useChangeSearch();
  return (
    <search className="filters tight" aria-label="What is shown">
      <Range search={search} onChange={change} />
      <Choice
        label="By"
        value={search.granularity === 'month' ? '' : search.granularity}
        of={GRANULARITIES}
        onChange={(granularity) => change({ granularity })}
      />
      <Choice
        label="Compared"
        value={search.compare}
        of={COMPARISONS}
        onChange={(compare) => change({ compare })}
      />
      <Segments search={search} onChange={change} />
      <AttributeMenus text={search.attributes} onChange={(attributes) => change({ attributes })} />
      <Others search={search} onChange={change} />
      <Choice
        label="Counted as"
        value={search.profile}
        of={PROFILES}
        onChange={(profile) => change({ profile })}
      />
      <InsightViews search={search} />
    </search>
  );
}

interface Changing {
  readonly search: InsightSearch;
  readonly onChange: (change: Readonly<Record<string, string | undefined>>) => void;
}

function Choice(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly of: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <NativeSelect
      size="xs"
      label={props.label}
      value={props.value ?? ''}
      data={[...props.of]}
      onChange={(event) => props.onChange(event.currentTarget.value || undefined)}
    />
  );
}

function Range({ search, onChange }: Changing) {
  const today = useToday();
  const presets = presetsAt(today);
  const { from, to = today } = search;
  const preset = presets.find((each) => each.search.from === from && search.to === undefined);
  const name = preset?.name ?? showSpanName({ from: from ?? to, to });
  const dayField = (label: string, key: 'from' | 'to') => (
    <TextInput
      type="date"
      size="xs"
      label={label}
      value={search[key] ?? ''}
      max={today}
      onChange={(event) => onChange({ [key]: event.currentTarget.value || undefined })}
    />
  );
  return (
    <Menu position="bottom-start" closeOnItemClick={false}>
      <Menu.Target>
        <Button size="xs" variant="default" aria-label={`Time: ${name}`}>
          {name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map((each) => (
          <Menu.Item
            key={each.name}
            closeMenuOnClick
            onClick={() =>
              onChange({ from: undefined, to: undefined, granularity: undefined, ...each.search })
            }
          >
            {each.name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <div className="range-days">
          {dayField('From', 'from')}
          {dayField('To', 'to')}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}

/** What only some metrics can be filtered by is said where it is shown, and taken away here. */
function Others({ search, onChange }: Changing) {
  const isChosen = (name: (typeof DIMENSIONS)[number]): boolean =>
    !SEGMENTS.some((segment) => segment === name) && search[name] !== undefined;
  return DIMENSIONS.filter(isChosen).map((name) => (
    <Button
      key={name}
      size="xs"
      variant="default"
      rightSection={<X size={13} />}
      aria-label={`Take away the filter ${spoken(name)}: ${search[name]}`}
      onClick={() => onChange({ [name]: undefined })}
    >
      {spoken(name)}:{' '}
      {valuesIn(search[name])
        .map((value) => segmentName(name, value))
        .join(', ')}
    </Button>
  ));
}

function Segments({ search, onChange }: Changing) {
  const { data = [] } = useQuery(segmentsQuery);
  return SEGMENTS.map((dimension) => {
    const chosen = valuesIn(search[dimension]);
    const found = data.find((each) => each.dimension === dimension);
    const values = [...new Set([...(found?.values ?? []), ...chosen])];
    if (values.length < 2 && chosen.length === 0) return null;
    const names = found === undefined ? {} : { [dimension]: found.names };
    return (
      <SegmentMenu
        key={dimension}
        label={spoken(dimension)}
        of={values.map((value) => ({ value, label: segmentName(dimension, value, names) }))}
        chosen={chosen}
        onChange={(wanted) => onChange({ [dimension]: valuesText(wanted) })}
      />
    );
  });
}
