import { NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { amountOf as moneyOf, showMoney } from '../../../../ui/money.ts';
import { showCount } from '../../words/quantities.ts';
import { MoneyField, minorOf } from './money-field.tsx';

const MOST_MONTHS = 36;
const USUAL_MONTHS = 3;

/** How much is taken off and for how long, as it is sent, and in words: `25 % off`. */
export interface DiscountTerms {
  readonly body: Readonly<Record<string, unknown>>;
  readonly said: string;
}

interface Said {
  readonly unit: string;
  readonly percent: number | string;
  readonly amount: string;
  readonly currency: string;
  readonly lasts: string;
  readonly months: number | string;
}

/** A percent or an amount, once, for months or forever. */
export function DiscountFields(props: {
  /** What is paid in. */
  readonly currency: string;
  /** Whether it can be another one, because several people are meant. */
  readonly isCurrencyFree?: boolean;
  /** Nothing while the fields do not say it. */
  readonly onChange: (terms: DiscountTerms | undefined) => void;
}) {
  const [said, setSaid] = useState<Said>({
    unit: 'percent',
    percent: '',
    amount: '',
    currency: props.currency,
    lasts: 'months',
    months: USUAL_MONTHS,
  });
  const change = (changed: Partial<Said>): void => {
    const next = { ...said, ...changed };
    setSaid(next);
    props.onChange(termsOf(next));
  };
  return (
    <>
      <Radio.Group
        label="What is taken off"
        value={said.unit}
        onChange={(unit) => change({ unit })}
      >
        <Stack gap={8} mt={6}>
          <Radio value="percent" label="A percent" />
          <Radio value="amount" label="An amount" />
        </Stack>
      </Radio.Group>
      {said.unit === 'percent' ? (
        <NumberInput
          label="Percent"
          data-autofocus
          required
          min={0}
          max={100}
          decimalScale={2}
          suffix=" %"
          value={said.percent}
          onChange={(percent) => change({ percent })}
        />
      ) : (
        <AmountFields said={said} isCurrencyFree={props.isCurrencyFree === true} change={change} />
      )}
      <Duration said={said} change={change} />
    </>
  );
}

interface PartProps {
  readonly said: Said;
  readonly change: (changed: Partial<Said>) => void;
}

function AmountFields({ said, change, isCurrencyFree }: PartProps & { isCurrencyFree: boolean }) {
  return (
    <>
      {isCurrencyFree && (
        <TextInput
          label="Currency"
          description="Whoever pays in another one is left as they are."
          required
          maxLength={3}
          value={said.currency}
          error={isCurrency(said.currency) ? undefined : 'Three letters, such as usd'}
          onChange={(event) => change({ currency: event.currentTarget.value.toLowerCase() })}
        />
      )}
      <MoneyField
        label="Amount"
        currency={isCurrency(said.currency) ? said.currency : 'usd'}
        value={said.amount}
        onChange={(amount) => change({ amount })}
      />
    </>
  );
}

function Duration({ said, change }: PartProps) {
  return (
    <>
      <Radio.Group label="For how long" value={said.lasts} onChange={(lasts) => change({ lasts })}>
        <Stack gap={8} mt={6}>
          <Radio value="once" label="Once, on the next invoice" />
          <Radio value="months" label="For some months" />
          <Radio value="forever" label="Forever" />
        </Stack>
      </Radio.Group>
      {said.lasts === 'months' && (
        <NumberInput
          label="Months"
          required
          min={1}
          max={MOST_MONTHS}
          allowDecimal={false}
          value={said.months}
          onChange={(months) => change({ months })}
        />
      )}
    </>
  );
}

function isCurrency(text: string): boolean {
  return /^[a-z]{3}$/.test(text);
}

function termsOf(said: Said): DiscountTerms | undefined {
  const size = said.unit === 'percent' ? percentOf(said.percent) : amountOf(said);
  const time = said.lasts === 'months' ? monthsOf(said.months) : { duration: said.lasts };
  if (size === undefined || time === undefined) return undefined;
  return { body: { ...size.body, ...time }, said: size.said };
}

function percentOf(percent: number | string): DiscountTerms | undefined {
  if (typeof percent !== 'number' || percent <= 0 || percent > 100) return undefined;
  return { body: { percent_off: percent }, said: `${showCount(percent)} % off` };
}

function amountOf({ amount, currency }: Said): DiscountTerms | undefined {
  if (!isCurrency(currency)) return undefined;
  const minor = minorOf(amount, currency);
  if (minor === undefined) return undefined;
  return {
    body: { amount_off_minor: minor, currency },
    said: `${showMoney(moneyOf({ amount_minor: minor, currency }))} off`,
  };
}

function monthsOf(months: number | string) {
  if (typeof months !== 'number' || months < 1 || months > MOST_MONTHS) return undefined;
  return { months };
}
