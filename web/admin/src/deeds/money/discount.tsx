import { NumberInput, Radio, Stack } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { showCount } from '../../words/quantities.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { MoneyField, minorOf } from './money-field.tsx';
import { tellSide } from './tell-side.ts';

const MOST_MONTHS = 36;
const USUAL_MONTHS = 3;

/** Something off the next invoices. */
export function Discount({ profile, subject, onClose }: UserDeedProps) {
  const { currency } = profile.billing;
  const [unit, setUnit] = useState('percent');
  const [percent, setPercent] = useState<number | string>('');
  const [amount, setAmount] = useState('');
  const [lasts, setLasts] = useState('months');
  const [months, setMonths] = useState<number | string>(USUAL_MONTHS);
  const size = unit === 'percent' ? percentOf(percent) : amountOf(amount, currency);
  const time = lasts === 'months' ? monthsOf(months) : { duration: lasts };
  const isReady = size !== undefined && time !== undefined;
  const path = `/users/${segment(profile.user)}/discounts`;
  return (
    <DeedDrawer
      title="Give a discount"
      verb="Give"
      subject={subject}
      call={isReady ? { path, body: { ...size, ...time } } : undefined}
      done={unit === 'percent' ? `${showCount(Number(percent))} % off` : `${amount} off`}
      tell={tellSide}
      onClose={onClose}
    >
      <Radio.Group label="What is taken off" value={unit} onChange={setUnit}>
        <Stack gap={8} mt={6}>
          <Radio value="percent" label="A percent" />
          <Radio value="amount" label="An amount" />
        </Stack>
      </Radio.Group>
      {unit === 'percent' ? (
        <NumberInput
          label="Percent"
          data-autofocus
          required
          min={0}
          max={100}
          decimalScale={2}
          suffix=" %"
          value={percent}
          onChange={setPercent}
        />
      ) : (
        <MoneyField label="Amount" currency={currency} value={amount} onChange={setAmount} />
      )}
      <Duration lasts={lasts} months={months} onLasts={setLasts} onMonths={setMonths} />
    </DeedDrawer>
  );
}

function Duration(props: {
  readonly lasts: string;
  readonly months: number | string;
  readonly onLasts: (lasts: string) => void;
  readonly onMonths: (months: number | string) => void;
}) {
  return (
    <>
      <Radio.Group label="For how long" value={props.lasts} onChange={props.onLasts}>
        <Stack gap={8} mt={6}>
          <Radio value="once" label="Once, on the next invoice" />
          <Radio value="months" label="For some months" />
          <Radio value="forever" label="Forever" />
        </Stack>
      </Radio.Group>
      {props.lasts === 'months' && (
        <NumberInput
          label="Months"
          required
          min={1}
          max={MOST_MONTHS}
          allowDecimal={false}
          value={props.months}
          onChange={props.onMonths}
        />
      )}
    </>
  );
}

function percentOf(percent: number | string) {
  if (typeof percent !== 'number' || percent <= 0 || percent > 100) return undefined;
  return { percent_off: percent };
}

function amountOf(text: string, currency: string) {
  const minor = minorOf(text, currency);
  return minor === undefined ? undefined : { amount_off_minor: minor, currency };
}

function monthsOf(months: number | string) {
  if (typeof months !== 'number' || months < 1 || months > MOST_MONTHS) return undefined;
  return { months };
}

/** One of those in force, before its time. */
export function EndDiscount({ profile, subject, of: coupon, onClose }: UserDeedProps) {
  const path = `/users/${segment(profile.user)}/discounts/end`;
  return (
    <DeedDrawer
      title="End a discount"
      verb="End it"
      subject={subject}
      call={coupon === undefined ? undefined : { path, body: { coupon } }}
      done="The discount has ended"
      tell={tellSide}
      onClose={onClose}
    >
      <p>From the next invoice on. What it has taken off stays off, and other discounts stay.</p>
    </DeedDrawer>
  );
}
