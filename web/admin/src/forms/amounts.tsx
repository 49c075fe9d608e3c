import { ActionIcon, Button, Group, TextInput } from '@mantine/core';
import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import type { FaultAt } from './faults.ts';

type Amounts = Readonly<Record<string, string>>;

const USUAL = ['usd', 'eur', 'gbp', 'jpy', 'chf'];

/** An amount in each currency, in major units: as many currencies as somebody adds. */
export function AmountsField(props: {
  readonly legend: string;
  readonly hint?: string;
  readonly value: Amounts;
  readonly onChange: (value: Amounts) => void;
  /** Where the amounts are in what is sent, for what is said of them. */
  readonly at: string;
  readonly faultAt: FaultAt;
  readonly isReadOnly?: boolean;
}) {
  const { value, onChange, at, faultAt, isReadOnly = false } = props;
  const entries = Object.entries(value);
  return (
    <fieldset className="fieldset">
      <legend>{props.legend}</legend>
      {props.hint !== undefined && <p className="quiet small">{props.hint}</p>}
      {entries.map(([currency, amount]) => (
        <Group key={currency} gap="xs" align="start" wrap="nowrap">
          <TextInput
            className="grow"
            aria-label={`${props.legend}, ${currency.toUpperCase()}`}
            leftSection={<span className="small">{currency.toUpperCase()}</span>}
            leftSectionWidth={52}
            inputMode="decimal"
            readOnly={isReadOnly}
            value={amount}
            error={faultAt(`${at}/${currency}`)}
            onChange={(event) => onChange({ ...value, [currency]: event.currentTarget.value })}
          />
          {!isReadOnly && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={36}
              aria-label={`Take ${currency.toUpperCase()} away`}
              onClick={() => onChange(without(value, currency))}
            >
              <X size={16} />
            </ActionIcon>
          )}
        </Group>
      ))}
      {entries.length === 0 && isReadOnly && <p className="quiet small">By agreement</p>}
      {!isReadOnly && <NewCurrency value={value} onChange={onChange} />}
    </fieldset>
  );
}

function NewCurrency(props: {
  readonly value: Amounts;
  readonly onChange: (value: Amounts) => void;
}) {
  const free = USUAL.find((currency) => !(currency in props.value)) ?? '';
  const [typed, setTyped] = useState('');
  const currency = (typed === '' ? free : typed).toLowerCase();
  const isNew = /^[a-z]{3}$/.test(currency) && !(currency in props.value);
  const add = (): void => {
    props.onChange({ ...props.value, [currency]: '' });
    setTyped('');
  };
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        aria-label="Another currency"
        placeholder={free.toUpperCase()}
        size="xs"
        w={72}
        maxLength={3}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (isNew) add();
        }}
      />
      <Button
        size="compact-sm"
        variant="subtle"
        disabled={!isNew}
        leftSection={<Plus size={14} />}
        onClick={add}
      >
        Add the currency
      </Button>
    </Group>
  );
}

function without(amounts: Amounts, currency: string): Amounts {
  return Object.fromEntries(Object.entries(amounts).filter(([name]) => name !== currency));
}
