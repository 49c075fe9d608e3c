import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '../../../api/plans.ts';
import type { Purchase } from '../../../api/pricing/rules.ts';

type Change = (name: keyof Purchase, value: string) => void;

/** What is bought, by whom and with which code; all of it stands in the address. */
export function PurchaseFields(props: {
  readonly value: Purchase;
  readonly onChange: (value: Purchase) => void;
}) {
  const { value, onChange } = props;
  const { data: plans = [] } = useQuery(plansQuery);
  const change: Change = (name, text) => onChange({ ...value, [name]: text });
  return (
    <div className="stack">
      <NativeSelect
        label="Plan"
        value={value.plan ?? ''}
        data={[
          { value: '', label: 'Choose one' },
          ...plans.map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
        onChange={(event) => change('plan', event.currentTarget.value)}
      />
      <NativeSelect
        label="Billing cycle"
        value={value.cycle ?? 'monthly'}
        data={[
          { value: 'monthly', label: 'By the month' },
          { value: 'yearly', label: 'By the year' },
        ]}
        onChange={(event) => change('cycle', event.currentTarget.value)}
      />
      <TypedField
        label="User"
        hint="A stranger where nobody is named."
        value={value.user ?? ''}
        onChange={(text) => change('user', text)}
      />
      <TypedField
        label="Promotion code"
        value={value.code ?? ''}
        onChange={(text) => change('code', text)}
      />
      <TypedField
        label="Seats"
        hint="All, the included ones too."
        value={value.seats ?? ''}
        onChange={(text) => change('seats', text.replaceAll(/\D/g, ''))}
      />
      <TypedField
        label="Currency"
        hint="The account's own where nothing is said."
        value={value.currency ?? ''}
        onChange={(text) => change('currency', text.toLowerCase())}
      />
    </div>
  );
}

const TYPING_MS = 300;

/** Tells what is written once somebody pauses, and follows what the address says. */
function TypedField(props: {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(props.value);
  const [told, setTold] = useState(props.value);
  const tell = useDebouncedCallback((text: string) => props.onChange(text), TYPING_MS);
  if (props.value !== told) {
    setTold(props.value);
    setTyped(props.value);
  }
  return (
    <TextInput
      label={props.label}
      description={props.hint}
      autoComplete="off"
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value.trim());
      }}
    />
  );
}
