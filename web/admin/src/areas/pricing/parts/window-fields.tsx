import { Group, TextInput } from '@mantine/core';
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import type { FaultAt } from '../../../forms/faults.ts';
import { endOfDay, startOfDay } from '../../../words/days.ts';

/** Instants; nothing is from now on, and without end. */
export interface Window {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** From which day to which, the last one included; days are those of UTC, as prices are kept. */
export function WindowFields(props: {
  readonly value: Window;
  readonly onChange: (value: Window) => void;
  /** Where the two are in what is sent. */
  readonly fromAt: string;
  readonly untilAt: string;
  readonly faultAt: FaultAt;
}) {
  const { value, onChange, faultAt } = props;
  return (
    <Group grow align="start">
      <TextInput
        label="First day (UTC)"
        description="Else at once."
        type="date"
        value={dayOf(value.from, 0)}
        error={faultAt(props.fromAt)}
        onChange={(event) => onChange({ ...value, from: startOfDay(event.currentTarget.value) })}
      />
      <TextInput
        label="Last day (UTC)"
        description="Else without end."
        type="date"
        value={dayOf(value.until, 1)}
        error={faultAt(props.untilAt)}
        onChange={(event) => onChange({ ...value, until: endOfDay(event.currentTarget.value) })}
      />
    </Group>
  );
}

const DAY_LENGTH = 'yyyy-mm-dd'.length;

/** The day of an instant, or of the moment before it. */
function dayOf(instant: string | undefined, msBefore: number): string {
  const ms = instant === undefined ? undefined : parseInstant(instant);
  return ms === undefined ? '' : formatInstant(ms - msBefore).slice(0, DAY_LENGTH);
}
