import { Checkbox, Chip, Group, Input, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { plansQuery } from '../../../api/plans.ts';
import type { Conditions } from '../../../api/pricing/rules.ts';
import type { FaultAt } from '../../../forms/faults.ts';

const CYCLES = [
  { value: 'monthly', label: 'By the month' },
  { value: 'yearly', label: 'By the year' },
];

/** For what and for whom; where nothing is chosen it is for any. */
export function ConditionFields(props: {
  readonly value: Conditions;
  readonly onChange: (value: Conditions) => void;
  readonly at: string;
  readonly faultAt: FaultAt;
}) {
  const { value, onChange, at, faultAt } = props;
  const { data: plans = [] } = useQuery(plansQuery);
  const set = (name: keyof Conditions, list: readonly string[]): void =>
    onChange(changed(value, name, list));
  return (
    <>
      <Chips
        label="Plans"
        value={value.plans ?? []}
        options={plans.map(({ slug, name }) => ({ value: slug, label: name }))}
        error={faultAt(`${at}/plans`)}
        onChange={(list) => set('plans', list)}
      />
      <Chips
        label="Billing cycles"
        value={value.billing_cycles ?? []}
        options={CYCLES}
        error={faultAt(`${at}/billing_cycles`)}
        onChange={(list) => set('billing_cycles', list)}
      />
      <Group grow align="start">
        <TagsInput
          label="Currencies"
          placeholder={value.currencies === undefined ? 'Any; such as usd' : ''}
          value={[...(value.currencies ?? [])]}
          error={faultAt(`${at}/currencies`)}
          onChange={(list) =>
            set(
              'currencies',
              list.map((each) => each.toLowerCase()),
            )
          }
        />
        <TagsInput
          label="Countries"
          placeholder={value.countries === undefined ? 'Any; such as DE' : ''}
          value={[...(value.countries ?? [])]}
          error={faultAt(`${at}/countries`)}
          onChange={(list) =>
            set(
              'countries',
              list.map((each) => each.toUpperCase()),
            )
          }
        />
      </Group>
      <Checkbox
        label="Only for a first purchase"
        checked={value.first_purchase_only ?? false}
        onChange={(event) => {
          const { first_purchase_only: _, ...others } = value;
          const isOnly = event.currentTarget.checked;
          onChange(isOnly ? { ...others, first_purchase_only: true } : others);
        }}
      />
    </>
  );
}

/** An empty list would be for nothing; what is left out is for any. */
function changed(value: Conditions, name: keyof Conditions, list: readonly string[]): Conditions {
  const others = Object.entries(value).filter(([each]) => each !== name);
  return Object.fromEntries(list.length === 0 ? others : [...others, [name, list]]);
}

function Chips(props: {
  readonly label: string;
  readonly value: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly error: string | undefined;
  readonly onChange: (value: string[]) => void;
}) {
  return (
    <Input.Wrapper
      label={props.label}
      labelElement="div"
      description={props.value.length === 0 ? 'Any' : undefined}
      error={props.error}
    >
      <Chip.Group multiple value={[...props.value]} onChange={props.onChange}>
        <Group gap={6} mt={6} role="group" aria-label={props.label}>
          {props.options.map(({ value, label }) => (
            <Chip key={value} value={value} size="xs">
              {label}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
    </Input.Wrapper>
  );
}
