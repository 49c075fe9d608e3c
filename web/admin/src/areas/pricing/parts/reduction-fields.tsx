import { Group, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { AmountsField } from '../../../forms/amounts.tsx';
import type { FaultAt } from '../../../forms/faults.ts';
import type { ReductionForm } from './reduction.ts';

const DURATIONS = [
  { value: 'once', label: 'The first payment' },
  { value: 'repeating', label: 'Some months' },
  { value: 'forever', label: 'Every payment' },
];

/** What is taken off the price, and off which payments. */
export function ReductionFields(props: {
  readonly value: ReductionForm;
  readonly onChange: (value: ReductionForm) => void;
  /** Where the effect is in what is sent. */
  readonly at: string;
  readonly faultAt: FaultAt;
}) {
  const { value, onChange, at, faultAt } = props;
  return (
    <>
      <div>
        <SegmentedControl
          aria-label="What is taken off"
          value={value.kind}
          data={[
            { value: 'percent', label: 'Percent' },
            { value: 'amounts', label: 'Amounts' },
          ]}
          onChange={(kind) =>
            onChange({ ...value, kind: kind === 'amounts' ? 'amounts' : 'percent' })
          }
        />
      </div>
      {value.kind === 'percent' ? (
        <TextInput
          label="Percent off"
          inputMode="decimal"
          rightSection="%"
          value={value.percent}
          error={faultAt(`${at}/percent_off_basis_points`)}
          onChange={(event) => onChange({ ...value, percent: event.currentTarget.value })}
        />
      ) : (
        <AmountsField
          legend="Amount off"
          hint="In a currency without an amount nothing is taken off."
          at={`${at}/amounts_off`}
          faultAt={faultAt}
          value={value.amounts}
          onChange={(amounts) => onChange({ ...value, amounts })}
        />
      )}
      <Group align="start" grow>
        <NativeSelect
          label="Off which payments"
          value={value.duration}
          data={DURATIONS}
          error={faultAt(`${at}/duration`)}
          onChange={(event) => onChange({ ...value, duration: event.currentTarget.value })}
        />
        {value.duration === 'repeating' && (
          <TextInput
            label="How many months"
            inputMode="numeric"
            value={value.months}
            error={faultAt(`${at}/duration_in_months`)}
            onChange={(event) => onChange({ ...value, months: event.currentTarget.value })}
          />
        )}
      </Group>
    </>
  );
}
