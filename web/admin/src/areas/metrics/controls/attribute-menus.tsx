import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { attributesQuery, type KnownAttribute } from '../../../api/metrics/figures.ts';
import { spoken } from '../../../words/quantities.ts';
import { attributesIn, attributesText, type AttributeFilters } from './filter-values.ts';
import { attributeDimension, segmentName } from './segment-name.ts';
import { SegmentMenu } from './segment-menu.tsx';

/** Filters by what the app tells of users, each added by its name. */
export function AttributeMenus(props: {
  readonly text: string | undefined;
  readonly onChange: (text: string | undefined) => void;
}) {
  const { data: known = [] } = useQuery(attributesQuery);
  const [added, setAdded] = useState<readonly string[]>([]);
  const filters = attributesIn(props.text);
  const shown = [...new Set([...filters.keys(), ...added])];
  const others = known.filter(({ key }) => !shown.includes(key));
  const change = (key: string, values: readonly string[]): void => {
    props.onChange(attributesText(new Map([...filters, [key, values]])));
  };
  return (
    <>
      {shown.map((key) => (
        <SegmentMenu
          key={key}
          label={spoken(key)}
          of={valuesOf(key, { known, filters })}
          chosen={filters.get(key) ?? []}
          onChange={(values) => change(key, values)}
        />
      ))}
      {others.length > 0 && (
        <Menu position="bottom-start" withInitialFocusPlaceholder={false}>
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<Plus size={13} aria-hidden />}>
              Attribute
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={360} style={{ overflowY: 'auto' }}>
            <Menu.Label>As users are told of now</Menu.Label>
            {others.map(({ key }) => (
              <Menu.Item key={key} onClick={() => setAdded([...added, key])}>
                {spoken(key)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  );
}

function valuesOf(
  key: string,
  of: { readonly known: readonly KnownAttribute[]; readonly filters: AttributeFilters },
) {
  const told = of.known.find((each) => each.key === key)?.values ?? [];
  const values = new Set(['', ...told, ...(of.filters.get(key) ?? [])]);
  const dimension = attributeDimension(key);
  return [...values].map((value) => ({ value, label: segmentName(dimension, value) }));
}
