import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { plansQuery } from '../../api/plans.ts';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';
import { tellAccess } from './tell-access.ts';
import { endOfDay } from '../../words/days.ts';

/** Another plan as a present, for a while or for good. */
export function GiftPlan({ profile, subject, onClose }: UserDeedProps) {
  const { data: plans = [] } = useQuery(plansQuery);
  const others = plans.filter(({ slug }) => slug !== profile.plan);
  const [chosen, setChosen] = useState('');
  const [until, setUntil] = useState('');
  const plan = chosen === '' ? (others.at(-1)?.slug ?? '') : chosen;
  const expiresAt = until === '' ? undefined : endOfDay(until);
  const body = { plan, ...(expiresAt !== undefined && { expires_at: expiresAt }) };
  const name = plans.find(({ slug }) => slug === plan)?.name ?? plan;
  return (
    <DeedDrawer
      title="Give a plan"
      verb="Give"
      subject={subject}
      tell={tellAccess}
      features={profile.entitlements}
      call={plan === '' ? undefined : { path: `/users/${segment(profile.user)}/gifts`, body }}
      done={`${name} is given`}
      onClose={onClose}
    >
      <NativeSelect
        label="Plan"
        data-autofocus
        value={plan}
        onChange={(event) => setChosen(event.currentTarget.value)}
        data={others.map(({ slug, name: label }) => ({ value: slug, label }))}
      />
      <TextInput
        label="Last day"
        description="Without end where nothing is said."
        type="date"
        value={until}
        onChange={(event) => setUntil(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}
