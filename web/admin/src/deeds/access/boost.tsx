import { NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { showCount, spoken } from '../../words/quantities.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { tellAccess } from './tell-access.ts';
import { endOfDay } from '../../words/days.ts';

/** More of a quota than the plan grants, for this period or until a day. */
export function Boost({ profile, subject, onClose }: UserDeedProps) {
  const counted = profile.entitlements.filter(({ kind }) => kind === 'metered' || kind === 'level');
  const limited = counted.filter(({ limit }) => limit !== null && limit !== undefined);
  const [feature, setFeature] = useState(limited[0]?.feature ?? '');
  const [amount, setAmount] = useState<number | string>(100);
  const [span, setSpan] = useState('period');
  const [until, setUntil] = useState('');
  const expiresAt = span === 'date' ? endOfDay(until) : undefined;
  const isWhole = typeof amount === 'number' && amount > 0 && feature !== '';
  const body = { feature, amount, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
  const isReady = isWhole && (span === 'period' || expiresAt !== undefined);
  return (
    <DeedDrawer
      title="Boost a quota"
      verb="Boost"
      subject={subject}
      tell={tellAccess}
      features={profile.entitlements}
      call={isReady ? { path: `/users/${segment(profile.user)}/boosts`, body } : undefined}
      done={`${showCount(Number(amount))} ${spoken(feature).toLowerCase()} are added`}
      onClose={onClose}
    >
      <NativeSelect
        label="Quota"
        value={feature}
        onChange={(event) => setFeature(event.currentTarget.value)}
        data={limited.map(({ feature: value, name: label }) => ({ value, label }))}
      />
      <NumberInput
        label="How much more"
        data-autofocus
        min={0}
        max={999_999_999}
        decimalScale={6}
        thousandSeparator=","
        value={amount}
        onChange={setAmount}
      />
      <Radio.Group label="For how long" value={span} onChange={setSpan}>
        <Stack gap={8} mt={6}>
          <Radio value="period" label="This period" />
          <Radio value="date" label="Until a day" />
        </Stack>
      </Radio.Group>
      {span === 'date' && (
        <TextInput
          label="Last day"
          type="date"
          required
          value={until}
          onChange={(event) => setUntil(event.currentTarget.value)}
        />
      )}
    </DeedDrawer>
  );
}
