import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import {
  addEventType,
  changeEventType,
  eventTypesQuery,
  type Count,
  type EventType,
  type PutEventType,
  type StatedEventType,
} from '../../../api/plans/event-types.ts';
import { featuresQuery } from '../../../api/plans/features.ts';
import { PLANS } from '../../../api/plans/versions.ts';
import { faultsIn, type FaultAt } from '../../../forms/faults.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import { differencesOf, type Difference } from '../../../words/differences.ts';
import { KeyField, NameField } from '../parts/key-and-name.tsx';
import { DIMENSIONS } from './dimensions.ts';

const WITHIN = 'event_type';
const EMPTY: StatedEventType = { name: '', counts: [] };

/** Adds an event, or has it add something else from now on. */
export function EventTypeDrawer(props: { readonly of?: EventType; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const [key, setKey] = useState(of?.key ?? '');
  const [stated, setStated] = useState<StatedEventType>(of ?? EMPTY);
  const [shown, setShown] = useState(of);
  const queries = useQueryClient();
  const { name, counts } = stated;
  const onStale = async (): Promise<readonly Difference[]> => {
    const data = await queries.query({ ...eventTypesQuery, staleTime: 0 });
    const now = data.find((each) => each.key === key);
    setShown(now);
    return differencesOf(shown && toldOf(shown), now && toldOf(now));
  };
  return (
    <TryDrawer<PutEventType>
      title={of === undefined ? 'Add an event' : `Change ${of.name}`}
      verb={of === undefined ? 'Add it' : 'Change it'}
      done={of === undefined ? `${name} is added` : `${name} is changed`}
      refreshes={PLANS}
      within={WITHIN}
      isReady={key !== '' && name.trim() !== ''}
      attempt={(attempt) =>
        shown === undefined
          ? addEventType(key, { name, counts }, attempt)
          : changeEventType(shown, { name, counts }, attempt)
      }
      tell={({ before, after }) => (
        <>
          <p>It counts so from then on; what was booked stays as it was counted.</p>
          <DifferencesTable of={differencesOf(before && toldOf(before), toldOf(after))} />
        </>
      )}
      undoOf={({ undo }) => undo}
      onStale={onStale}
      onClose={onClose}
    >
      {(problem) => (
        <>
          {of === undefined && (
            <KeyField value={key} fault={faultsIn(problem, WITHIN)('key')} onChange={setKey} />
          )}
          <NameField
            isNew={of === undefined}
            value={name}
            fault={faultsIn(problem, WITHIN)('name')}
            onChange={(changed) => setStated({ ...stated, name: changed })}
          />
          <CountsField
            counts={counts}
            faultAt={faultsIn(problem, WITHIN)}
            onChange={(changed) => setStated({ ...stated, counts: changed })}
          />
        </>
      )}
    </TryDrawer>
  );
}

interface CountsProps {
  readonly counts: readonly Count[];
  readonly faultAt: FaultAt;
  readonly onChange: (counts: readonly Count[]) => void;
}

function CountsField({ counts, faultAt, onChange }: CountsProps) {
  const { data: features = [] } = useQuery(featuresQuery);
  const metered = features.filter(({ kind }) => kind === 'metered');
  const choices = metered.map(({ feature, name }) => ({ value: feature, label: name }));
  const first = metered.find(({ feature }) => !counts.some((each) => each.feature === feature));
  const add = (): void =>
    onChange([...counts, { feature: first?.feature ?? '', dimension: 'amount', factor: '1' }]);
  return (
    <fieldset className="fieldset">
      <legend>What it adds</legend>
      <p className="quiet small">To which features, of what, and times how much.</p>
      {counts.map((count, index) => (
        <CountFields
          // A count has no name of its own; they stay in the order in which they were added.
          key={index}
          count={count}
          label={String(index + 1)}
          features={choices}
          fault={faultAt(`counts/${index}`)}
          onChange={(changed) => onChange(counts.with(index, changed))}
          onRemove={() => onChange(counts.toSpliced(index, 1))}
        />
      ))}
      <Group>
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<Plus size={14} />}
          disabled={metered.length === 0}
          onClick={add}
        >
          Add a feature
        </Button>
      </Group>
    </fieldset>
  );
}

function CountFields(props: {
  readonly count: Count;
  readonly label: string;
  readonly features: { readonly value: string; readonly label: string }[];
  readonly fault: string | undefined;
  readonly onChange: (count: Count) => void;
  readonly onRemove: () => void;
}) {
  const { count, label, features, onChange } = props;
  const isKnown = features.some(({ value }) => value === count.feature);
  const own = { value: count.feature, label: count.feature };
  return (
    <Stack gap={6} mb="sm">
      <Group gap="xs" align="start" wrap="nowrap">
        <NativeSelect
          className="grow"
          aria-label={`Feature ${label}`}
          value={count.feature}
          data={isKnown ? features : [own, ...features]}
          error={props.fault}
          onChange={(event) => onChange({ ...count, feature: event.currentTarget.value })}
        />
        <ActionIcon
          variant="subtle"
          color="gray"
          size={36}
          aria-label={`Take ${label} away`}
          onClick={props.onRemove}
        >
          <X size={16} />
        </ActionIcon>
      </Group>
      <Group gap="xs" wrap="nowrap">
        <NativeSelect
          className="grow"
          aria-label={`What is counted of ${label}`}
          value={count.dimension}
          data={DIMENSIONS.map(({ value, label: text }) => ({ value, label: text }))}
          onChange={(event) => onChange({ ...count, dimension: event.currentTarget.value })}
        />
        <TextInput
          aria-label={`Factor of ${label}`}
          inputMode="decimal"
          w={110}
          mr={46}
          leftSection="×"
          value={count.factor}
          onChange={(event) => onChange({ ...count, factor: event.currentTarget.value })}
        />
      </Group>
    </Stack>
  );
}

/** By feature and dimension, so that each difference is a line. */
function toldOf({ name, counts }: StatedEventType): object {
  const adds = counts.map(({ feature, dimension, factor }) => [
    `${feature}, ${dimension}`,
    `× ${factor}`,
  ]);
  return { name, adds: Object.fromEntries(adds) as object };
}
