import { NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DiscountFields } from '../../../deeds/money/discount-fields.tsx';
import { featuresQuery } from '../../../api/plans/features.ts';
import { plansQuery } from '../../../api/plans.ts';
import { endOfDay } from '../../../words/days.ts';
import type { BulkKind } from './kinds.ts';

/** What is sent of a deed beside its kind; nothing while the fields do not say it. */
export type Terms = Readonly<Record<string, unknown>> | undefined;

interface FieldsProps {
  readonly onChange: (terms: Terms) => void;
}

const USUAL_CURRENCY = 'usd';

/** What a kind of deed asks for. */
export function TermsFields({ kind, onChange }: FieldsProps & { readonly kind: BulkKind }) {
  switch (kind) {
    case 'boost':
      return <BoostFields onChange={onChange} />;
    case 'gift':
      return <GiftFields onChange={onChange} />;
    case 'discount':
      return (
        <DiscountFields
          currency={USUAL_CURRENCY}
          isCurrencyFree
          onChange={(terms) => onChange(terms?.body)}
        />
      );
    case 'note':
      return <NoteFields onChange={onChange} />;
    case 'restrict':
      return (
        <>
          <p>They keep what those have who bought nothing. What they pay stays as it is.</p>
          <LastDay onChange={(until) => onChange(until)} />
        </>
      );
    case 'lift':
      return <p>Their plans hold again. Whoever is not restricted is left as they are.</p>;
  }
}

/** What kinds that ask for nothing send from the beginning. */
export function firstTerms(kind: BulkKind): Terms {
  return kind === 'lift' || kind === 'restrict' ? {} : undefined;
}

function LastDay(props: { readonly onChange: (until: NonNullable<Terms>) => void }) {
  const [day, setDay] = useState('');
  return (
    <TextInput
      label="Last day"
      description="Without end where nothing is said."
      type="date"
      value={day}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setDay(value);
        const until = endOfDay(value);
        props.onChange(until === undefined ? {} : { expires_at: until });
      }}
    />
  );
}

function BoostFields({ onChange }: FieldsProps) {
  const { data: features = [] } = useQuery(featuresQuery);
  const metered = features.filter(({ kind }) => kind === 'metered' || kind === 'level');
  const [said, setSaid] = useState<{ feature: string; amount: number | string; until: string }>({
    feature: '',
    amount: '',
    until: '',
  });
  const change = (changed: Partial<typeof said>): void => {
    const { feature, amount, until } = { ...said, ...changed };
    setSaid({ feature, amount, until });
    const chosen = feature === '' ? metered[0]?.feature : feature;
    const isWhole = chosen !== undefined && typeof amount === 'number' && amount > 0;
    const expiresAt = endOfDay(until);
    const end = expiresAt === undefined ? {} : { expires_at: expiresAt };
    onChange(isWhole ? { feature: chosen, amount, ...end } : undefined);
  };
  return (
    <>
      <NativeSelect
        label="Quota"
        value={said.feature === '' ? metered[0]?.feature : said.feature}
        onChange={(event) => change({ feature: event.currentTarget.value })}
        data={metered.map(({ feature: value, name: label }) => ({ value, label }))}
      />
      <NumberInput
        label="How much more for each"
        data-autofocus
        required
        min={0}
        max={999_999_999}
        decimalScale={6}
        thousandSeparator=","
        value={said.amount}
        onChange={(amount) => change({ amount })}
      />
      <TextInput
        label="Last day"
        description="For the quota period that each is in, where nothing is said."
        type="date"
        value={said.until}
        onChange={(event) => change({ until: event.currentTarget.value })}
      />
    </>
  );
}

function GiftFields({ onChange }: FieldsProps) {
  const { data: plans = [] } = useQuery(plansQuery);
  const [plan, setPlan] = useState('');
  const [until, setUntil] = useState<NonNullable<Terms>>({});
  const change = (chosen: string, end: NonNullable<Terms>): void => {
    setPlan(chosen);
    setUntil(end);
    onChange(chosen === '' ? undefined : { plan: chosen, ...end });
  };
  return (
    <>
      <NativeSelect
        label="Plan"
        data-autofocus
        required
        value={plan}
        onChange={(event) => change(event.currentTarget.value, until)}
        data={[
          { value: '', label: 'Choose a plan' },
          ...plans.map(({ slug: value, name: label }) => ({ value, label })),
        ]}
      />
      <LastDay onChange={(end) => change(plan, end)} />
    </>
  );
}

function NoteFields({ onChange }: FieldsProps) {
  const [text, setText] = useState('');
  return (
    <Textarea
      label="Note"
      description="In the profile of each of them."
      data-autofocus
      required
      autosize
      minRows={3}
      maxLength={10_000}
      value={text}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setText(value);
        onChange(value.trim() === '' ? undefined : { text: value.trim() });
      }}
    />
  );
}
