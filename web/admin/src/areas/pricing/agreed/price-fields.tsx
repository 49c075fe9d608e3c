import { Group, NativeSelect, TextInput } from '@mantine/core';
import type { FaultAt } from '../../../forms/faults.ts';
import { StackingField } from '../parts/stacking-field.tsx';

export interface PriceForm {
  readonly plan: string;
  readonly cycle: string;
  readonly currency: string;
  readonly amount: string;
  readonly seat: string;
  readonly lastDay: string;
  readonly stacking: string;
}

interface FieldsProps {
  readonly isNew: boolean;
  readonly plans: readonly { readonly slug: string; readonly name: string }[];
  readonly form: PriceForm;
  readonly faultAt: FaultAt;
  readonly onChange: (change: Partial<PriceForm>) => void;
}

/** A price, what it is for, and until when it holds. */
export function PriceFields(props: FieldsProps) {
  const { form, onChange } = props;
  return (
    <>
      <SubjectFields {...props} />
      <AmountFields {...props} />
      <StackingField
        label="Discounts"
        exclusive="Nothing lowers this price"
        stackable="Stackable discounts lower it too"
        value={form.stacking}
        onChange={(stacking) => onChange({ stacking })}
      />
    </>
  );
}

/** What it is for stays, where it takes the place of another. */
function SubjectFields({ isNew, plans, form, faultAt, onChange }: FieldsProps) {
  return (
    <Group grow align="start">
      <NativeSelect
        label="Plan"
        disabled={!isNew}
        value={form.plan}
        data={plans.map(({ slug, name }) => ({ value: slug, label: name }))}
        error={faultAt('conditions/plan')}
        onChange={(event) => onChange({ plan: event.currentTarget.value })}
      />
      <NativeSelect
        label="Billing cycle"
        disabled={!isNew}
        value={form.cycle}
        data={[
          { value: 'yearly', label: 'By the year' },
          { value: 'monthly', label: 'By the month' },
        ]}
        onChange={(event) => onChange({ cycle: event.currentTarget.value })}
      />
    </Group>
  );
}

function AmountFields({ isNew, form, faultAt, onChange }: FieldsProps) {
  return (
    <>
      <Group grow align="start">
        <TextInput
          label="Price"
          data-autofocus
          required
          inputMode="decimal"
          placeholder="12000.00"
          value={form.amount}
          error={faultAt('effect/amount')}
          onChange={(event) => onChange({ amount: event.currentTarget.value })}
        />
        <TextInput
          label="Currency"
          disabled={!isNew}
          maxLength={3}
          value={form.currency}
          error={faultAt('conditions/currency')}
          onChange={(event) => onChange({ currency: event.currentTarget.value })}
        />
      </Group>
      <Group grow align="start">
        <TextInput
          label="A further seat"
          description="Else as the plan has it."
          inputMode="decimal"
          value={form.seat}
          error={faultAt('effect/extra_seat_amount')}
          onChange={(event) => onChange({ seat: event.currentTarget.value })}
        />
        <TextInput
          label="Last day (UTC)"
          description={isNew ? 'Else without end.' : 'Else as it is.'}
          type="date"
          value={form.lastDay}
          error={faultAt('valid_until')}
          onChange={(event) => onChange({ lastDay: event.currentTarget.value })}
        />
      </Group>
    </>
  );
}
