import { Button, Checkbox, Popover, Stack } from '@mantine/core';
import { Columns3 } from 'lucide-react';
import { COLUMNS } from './columns.tsx';

export function ColumnChoice(props: {
  readonly shown: readonly string[];
  readonly onChange: (names: readonly string[]) => void;
}) {
  const { shown, onChange } = props;
  const toggle = (name: string): void =>
    onChange(
      COLUMNS.map((column) => column.name).filter((other) =>
        other === name ? !shown.includes(name) : shown.includes(other) && other !== 'user',
      ),
    );
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<Columns3 size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={8} role="group" aria-label="Columns that are shown">
          {COLUMNS.slice(1).map(({ name, title }) => (
            <Checkbox
              key={name}
              size="xs"
              label={title}
              checked={shown.includes(name)}
              onChange={() => toggle(name)}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
