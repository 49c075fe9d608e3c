import { NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  createRule,
  PRICING,
  replaceRule,
  rulesQuery,
  type PutRule,
  type Rule,
} from '../../../api/pricing/rules.ts';
import { faultsIn, type FaultAt } from '../../../forms/faults.ts';
import { TryDrawer } from '../../../forms/try-drawer.tsx';
import type { Difference } from '../../../words/differences.ts';
import { ConditionFields } from '../parts/condition-fields.tsx';
import { ReductionFields } from '../parts/reduction-fields.tsx';
import { StackingField } from '../parts/stacking-field.tsx';
import { WindowFields } from '../parts/window-fields.tsx';
import { PutTold } from './put-told.tsx';
import { formOf, keyOf, NEW_RULE, statedOf, type RuleForm } from './rule-form.ts';
import { ruleDifferences } from './rule-words.ts';

const WITHIN = 'rule';

/** Puts a rule in force, or another one in the place of one. */
export function RuleDrawer(props: { readonly of?: Rule; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const [form, setForm] = useState<RuleForm>(of === undefined ? NEW_RULE : formOf(of));
  const [shown, setShown] = useState(of);
  const queries = useQueryClient();
  const key = form.key === '' ? keyOf(form.name) : form.key;
  const onStale = async (): Promise<readonly Difference[]> => {
    const rules = await queries.query({ ...rulesQuery, staleTime: 0 });
    const now = rules.find((rule) => rule.key === key);
    setShown(now);
    return ruleDifferences(shown ?? null, now ?? null);
  };
  return (
    <TryDrawer<PutRule>
      title={of === undefined ? 'New rule' : `Change ${of.name}`}
      verb={of === undefined ? 'Put it in force' : 'Change it'}
      done={`${form.name} is put in force`}
      refreshes={PRICING}
      within={WITHIN}
      isReady={form.name.trim() !== '' && key !== ''}
      attempt={(attempt) =>
        shown === undefined
          ? createRule(key, statedOf(form), attempt)
          : replaceRule(shown, statedOf(form), attempt)
      }
      tell={(put) => <PutTold of={put} />}
      onStale={onStale}
      onClose={onClose}
    >
      {(problem) => (
        <Fields
          isNew={of === undefined}
          usualKey={key}
          form={form}
          onChange={(change) => setForm({ ...form, ...change })}
          faultAt={faultsIn(problem, WITHIN)}
        />
      )}
    </TryDrawer>
  );
}

interface FieldsProps {
  readonly isNew: boolean;
  /** What it is known by where nobody says otherwise. */
  readonly usualKey: string;
  readonly form: RuleForm;
  readonly onChange: (change: Partial<RuleForm>) => void;
  readonly faultAt: FaultAt;
}

function Fields(props: FieldsProps) {
  const { form, onChange, faultAt } = props;
  return (
    <>
      <NameFields {...props} />
      {form.type === 'promotion' ? (
        <PromotionFields {...props} />
      ) : (
        <TextInput
          label="Percent off twelve months"
          description="Yearly prices are made by it; each plan sold by the year gets a version."
          inputMode="decimal"
          rightSection="%"
          value={form.reduction.percent}
          error={faultAt('effect/percent_off_basis_points')}
          onChange={(event) =>
            onChange({ reduction: { ...form.reduction, percent: event.currentTarget.value } })
          }
        />
      )}
      <WindowFields
        value={form}
        fromAt="valid_from"
        untilAt="valid_until"
        faultAt={faultAt}
        onChange={onChange}
      />
      <NumberInput
        label="Priority"
        description="Of what applies, the highest comes first."
        min={-1_000}
        max={1_000}
        allowDecimal={false}
        value={form.priority}
        error={faultAt('priority')}
        onChange={(priority) => onChange({ priority: String(priority) })}
      />
    </>
  );
}

function NameFields({ isNew, usualKey, form, onChange, faultAt }: FieldsProps) {
  return (
    <>
      {isNew && (
        <SegmentedControl
          aria-label="What kind of rule"
          value={form.type}
          data={[
            { value: 'promotion', label: 'Promotion' },
            { value: 'discount', label: 'Yearly price' },
          ]}
          onChange={(type) => onChange({ type: type === 'discount' ? 'discount' : 'promotion' })}
        />
      )}
      <TextInput
        label="Name"
        description="Customers read it beside what it takes off."
        data-autofocus
        required
        maxLength={200}
        value={form.name}
        error={faultAt('name')}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      {isNew && (
        <TextInput
          label="Key"
          maxLength={63}
          placeholder={usualKey}
          value={form.key}
          error={faultAt('key')}
          onChange={(event) => onChange({ key: event.currentTarget.value })}
        />
      )}
    </>
  );
}

function PromotionFields({ form, onChange, faultAt }: FieldsProps) {
  return (
    <>
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
      <StackingField value={form.stacking} onChange={(stacking) => onChange({ stacking })} />
    </>
  );
}
