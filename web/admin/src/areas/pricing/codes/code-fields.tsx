import { Group, NumberInput, TextInput } from '@mantine/core';
import type { FaultAt } from '../../../forms/faults.ts';
import { ConditionFields } from '../parts/condition-fields.tsx';
import { ReductionFields } from '../parts/reduction-fields.tsx';
import { StackingField } from '../parts/stacking-field.tsx';
import { WindowFields } from '../parts/window-fields.tsx';
import type { CodeForm } from './code-form.ts';

interface FieldsProps {
  readonly isMany: boolean;
  readonly form: CodeForm;
  readonly faultAt: FaultAt;
  readonly onChange: (change: Partial<CodeForm>) => void;
}

export function CodeFields(props: FieldsProps) {
  const { isMany, form, faultAt, onChange } = props;
  return (
    <>
      {isMany ? <ManyFields {...props} /> : <NamedField {...props} />}
      <TextInput
        label="Name"
        description="Customers read it beside what it takes off."
        required
        maxLength={200}
        value={form.name}
        error={faultAt('name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <ReductionFields
        value={form.reduction}
        at="effect"
        faultAt={faultAt}
        onChange={(reduction) => onChange({ reduction })}
      />
      <ConditionFields
        value={form.conditions}
        at="conditions"
        faultAt={faultAt}
        onChange={(conditions) => onChange({ conditions })}
      />
      <WindowFields
        value={form}
        fromAt="valid_from"
        untilAt="expires_at"
        faultAt={faultAt}
        onChange={onChange}
      />
      <LimitFields {...props} />
    </>
  );
}

function NamedField({ form, faultAt, onChange }: FieldsProps) {
  return (
    <TextInput
      label="Code"
      description="Customers may write it in small letters, too."
      placeholder="SPRING-26"
      data-autofocus
      required
      maxLength={50}
      value={form.code}
      error={faultAt('code')}
      onChange={(event) => onChange({ code: event.currentTarget.value.toUpperCase() })}
    />
  );
}

function ManyFields({ form, faultAt, onChange }: FieldsProps) {
  return (
    <>
      <TextInput
        label="Batch"
        description="By it they are found and downloaded; such as fair-2026."
        data-autofocus
        required
        maxLength={100}
        value={form.batch}
        error={faultAt('batch')}
        onChange={(event) => onChange({ batch: event.currentTarget.value })}
      />
      <Group grow align="start">
        <NumberInput
          label="How many"
          min={1}
          max={10_000}
          allowDecimal={false}
          thousandSeparator=","
          value={form.count}
          error={faultAt('count')}
          onChange={(count) => onChange({ count: String(count) })}
        />
        <TextInput
          label="Begin with"
          placeholder="FAIR"
          maxLength={30}
          value={form.prefix}
          error={faultAt('prefix')}
          onChange={(event) => onChange({ prefix: event.currentTarget.value.toUpperCase() })}
        />
      </Group>
    </>
  );
}

function LimitFields({ isMany, form, faultAt, onChange }: FieldsProps) {
  return (
    <>
      <Group grow align="start">
        {!isMany && (
          <NumberInput
            label="Redeemed at most"
            description="Else without end."
            min={1}
            allowDecimal={false}
            value={form.most}
            error={faultAt('most_redemptions')}
            onChange={(most) => onChange({ most: String(most) })}
          />
        )}
        <NumberInput
          label="By an account at most"
          description="Else without end."
          min={1}
          allowDecimal={false}
          value={form.mostPerAccount}
          error={faultAt('most_per_account')}
          onChange={(most) => onChange({ mostPerAccount: String(most) })}
        />
      </Group>
      <StackingField value={form.stacking} onChange={(stacking) => onChange({ stacking })} />
    </>
  );
}
