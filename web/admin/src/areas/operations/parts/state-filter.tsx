import { NativeSelect } from '@mantine/core';
import { spoken } from '../../../words/quantities.ts';

/** Which of the states of a queue are shown. */
export function StateFilter(props: {
  readonly states: readonly string[];
  readonly value: string | undefined;
  readonly onChange: (state: string) => void;
}) {
  const states = props.states.map((value) => ({ value, label: spoken(value) }));
  return (
    <NativeSelect
      label="State"
      size="xs"
      value={props.value ?? ''}
      onChange={(event) => props.onChange(event.currentTarget.value)}
      data={[{ value: '', label: 'Any' }, ...states]}
    />
  );
}
