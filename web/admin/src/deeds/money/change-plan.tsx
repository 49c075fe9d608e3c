import { NativeSelect, NumberInput, Radio, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery, type Plan } from '../../api/plans.ts';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import type { DeedCall } from '../use-deed.ts';
import { tellSide } from './tell-side.ts';

/** Another plan, cycle or number of seats, for money: now, or from the end of the period on. */
export function ChangePlan({ profile, subject, onClose }: UserDeedProps) {
  const { data = [] } = useQuery(plansQuery);
  const present = profile.billing.subscription;
  const plans = data.filter(isSold);
  const [chosen, setChosen] = useState('');
  const [cycle, setCycle] = useState(present?.billing_cycle ?? 'monthly');
  const [seats, setSeats] = useState<number | string>(present?.seats ?? 1);
  const [said, setSaid] = useState<string>();
  const [code, setCode] = useState('');
  const paidFor = profile.subscription?.plan ?? profile.plan;
  const plan = chosen === '' ? besideOf(plans, paidFor) : chosen;
  // Less is to be had from the end of the period on, since nothing is paid back.
  const when = said ?? (isLess(plans, plan, paidFor) ? 'period_end' : 'now');
  const hasSeats = plans.some((each) => each.slug === plan && each.extra_seat != null);
  const name = plans.find(({ slug }) => slug === plan)?.name ?? plan;
  const wish = {
    plan,
    billing_cycle: cycle,
    when,
    ...(hasSeats && typeof seats === 'number' && { seats }),
    ...(code.trim() !== '' && { promotion_code: code.trim() }),
  };
  return (
    <DeedDrawer
      title="Change the plan"
      verb="Change it"
      subject={subject}
      call={plan === '' ? undefined : callOf(profile.user, wish)}
      done={when === 'now' ? `Changed to ${name}` : `${name} comes with the next period`}
      tell={tellSide}
      billed={when === 'now' ? 'Charged now' : 'Charged then'}
      isBilledLater={when !== 'now'}
      onClose={onClose}
    >
      <NativeSelect
        label="Plan"
        data-autofocus
        value={plan}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={plans.map(({ slug, name: label }) => ({ value: slug, label }))}
      />
      <NativeSelect
        label="Billed"
        value={cycle}
        onChange={(event) => setCycle(event.currentTarget.value)}
        data={[
          { value: 'monthly', label: 'Monthly' },
          { value: 'yearly', label: 'Yearly' },
        ]}
      />
      {hasSeats && (
        <NumberInput label="Seats" min={1} max={10_000} value={seats} onChange={setSeats} />
      )}
      <Moment value={when} onChange={setSaid} />
      <TextInput
        label="Promotion code"
        value={code}
        maxLength={100}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}

/** When it takes effect. */
function Moment(props: { readonly value: string; readonly onChange: (when: string) => void }) {
  return (
    <Radio.Group label="When" value={props.value} onChange={props.onChange}>
      <Stack gap={8} mt={6}>
        <Radio value="now" label="Now" description="The rest of the period is charged at once." />
        <Radio
          value="period_end"
          label="At the end of the period"
          description="As it must be for a smaller plan: what is paid for stays until then."
        />
      </Stack>
    </Radio.Group>
  );
}

function callOf(user: string, body: DeedCall['body']): DeedCall {
  const path = `/users/${segment(user)}/subscription`;
  return { path: `${path}/change`, previewPath: `${path}/preview`, body };
}

/** Who is to have what costs nothing is one whose subscription is cancelled. */
function isSold({ prices, is_default: isDefault }: Plan): boolean {
  return isDefault !== true && prices?.length !== 0;
}

function isLess(plans: readonly Plan[], plan: string, present: string): boolean {
  const placeOf = (slug: string): number => plans.findIndex((each) => each.slug === slug);
  return placeOf(plan) < placeOf(present);
}

/** The next one up, and of the last one the one below; they come cheapest first. */
function besideOf(plans: readonly Plan[], present: string): string {
  const at = plans.findIndex(({ slug }) => slug === present);
  return (plans[at + 1] ?? plans[at - 1])?.slug ?? '';
}
