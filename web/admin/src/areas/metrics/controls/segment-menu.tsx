import { Button, Checkbox, Popover, Stack, TextInput } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useState } from 'react';

/** A value to choose, and what it is called. */
export interface Choosable {
  readonly value: string;
  readonly label: string;
}

const MANY = 10;

/** Any of several values at once; nothing chosen is all of them. */
export function SegmentMenu(props: {
  readonly label: string;
  readonly of: readonly Choosable[];
  readonly chosen: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}) {
  const { label, of: values, chosen, onChange } = props;
  const [sought, setSought] = useState('');
  const called = chosen.map((value) => values.find((each) => each.value === value)?.label ?? value);
  const said = called.join(', ');
  const shown = values.filter((each) => each.label.toLowerCase().includes(sought.toLowerCase()));
  return (
    <Popover position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          rightSection={<ChevronDown size={13} aria-hidden />}
          aria-label={`${label}: ${said === '' ? 'all' : said}`}
        >
          {said === '' ? label : `${label}: ${shortened(called)}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={label} mah={360} style={{ overflowY: 'auto' }}>
        <Stack gap={8}>
          {values.length > MANY && (
            <TextInput
              size="xs"
              aria-label={`Search ${label.toLowerCase()}`}
              placeholder="Search"
              value={sought}
              onChange={(event) => setSought(event.currentTarget.value)}
            />
          )}
          {shown.map((each) => (
            <Checkbox
              key={each.value}
              size="xs"
              label={each.label}
              checked={chosen.includes(each.value)}
              onChange={(event) =>
                onChange(toggled(chosen, each.value, event.currentTarget.checked))
              }
            />
          ))}
          {shown.length === 0 && <span className="quiet small">Nothing is called that</span>}
          {chosen.length > 0 && (
            <Button size="compact-xs" variant="subtle" onClick={() => onChange([])}>
              All
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

export function toggled(chosen: readonly string[], value: string, isOn: boolean): string[] {
  const others = chosen.filter((each) => each !== value);
  return isOn ? [...others, value] : others;
}

/** `Pro, Business and 3 more` */
function shortened(called: readonly string[]): string {
  const rest = called.length - 2;
  return rest > 0 ? `${called.slice(0, 2).join(', ')} and ${rest} more` : called.join(', ');
}
