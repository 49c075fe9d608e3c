import { Button, Group, Radio, Stack } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { beginMigration, type BegunMigration, type Timing } from '../../api/plans/migrations.ts';
import { PLANS, type Version } from '../../api/plans/versions.ts';
import { TryDrawer } from '../../forms/try-drawer.tsx';
import { Drawer } from '../../parts/drawers/drawer.tsx';
import { counted } from '../../words/quantities.ts';
import { RecurringTable } from './parts/recurring-table.tsx';

const TIMINGS = [
  {
    value: 'renewal',
    label: 'At their next renewal',
    description: 'They keep what they have paid for until then.',
  },
  {
    value: 'now',
    label: 'Now',
    description: 'Stripe charges the difference; what would cost less is refused.',
  },
  {
    value: 'never',
    label: 'Never',
    description: 'They keep their version for as long as they stay. Nothing has to be done.',
  },
] as const;

export interface MoveProps {
  readonly plan: string;
  readonly from: Version;
  readonly to: Version;
  readonly onClose: () => void;
}

/** What becomes of those who hold a version that is no longer on sale. */
export function MoveSubscribers(props: MoveProps) {
  const { plan, from, to, onClose } = props;
  const [when, setWhen] = useState<Timing | 'never'>('renewal');
  const navigate = useNavigate();
  const title = `Move subscribers of version ${from.version}`;
  const choice = <Choice {...props} when={when} onChange={setWhen} />;
  if (when === 'never') {
    return (
      <Drawer className="tried" onClose={onClose} title={title} size={560}>
        <Stack gap="md">
          {choice}
          <Group justify="flex-end">
            <Button onClick={onClose}>Leave them as they are</Button>
          </Group>
        </Stack>
      </Drawer>
    );
  }
  const wish = { plan, from_version: from.version, to_version: to.version, when };
  return (
    <TryDrawer<BegunMigration>
      title={title}
      verb="Move them"
      isGrave={when === 'now'}
      done="The migration has begun"
      refreshes={PLANS}
      isReady
      attempt={(attempt) => beginMigration({ ...wish, ...attempt })}
      tell={(tried) => <Foreseen of={tried} when={when} />}
      onDone={({ migration }) => {
        if (migration === null) return;
        const params = { migration: migration.id };
        void navigate({ to: '/plans/migrations/$migration', params });
      }}
      onClose={onClose}
    >
      {() => choice}
    </TryDrawer>
  );
}

function Choice(
  props: MoveProps & {
    readonly when: Timing | 'never';
    readonly onChange: (when: Timing | 'never') => void;
  },
) {
  return (
    <Stack gap="md">
      <p>
        {heldBy(props)} Whoever has canceled, or has another change before them, is left alone;
        contracts keep their price.
      </p>
      <Radio.Group
        label="When they are moved"
        value={props.when}
        onChange={(value) => {
          const chosen = TIMINGS.find((timing) => timing.value === value);
          if (chosen !== undefined) props.onChange(chosen.value);
        }}
      >
        <Stack gap="sm" mt={6}>
          {TIMINGS.map(({ value, label, description }) => (
            <Radio key={value} value={value} label={label} description={description} />
          ))}
        </Stack>
      </Radio.Group>
    </Stack>
  );
}

function heldBy({ from, to }: MoveProps): string {
  const held = `Version ${from.version} has ${counted(from.subscribers, 'subscriber')}`;
  return `${held}; version ${to.version} is on sale.`;
}

function Foreseen(props: { readonly of: BegunMigration; readonly when: Timing }) {
  const { of, when } = props;
  return (
    <Stack gap="sm">
      <p>
        <strong>{counted(of.subscribers, 'subscriber')}</strong>{' '}
        {when === 'now' ? 'will be moved now' : 'will be moved when each renews'}, some at a time.
        It can be stopped at any moment; who was moved by then stays moved.
      </p>
      <RecurringTable of={of.recurring} label="What a month brings" />
    </Stack>
  );
}
