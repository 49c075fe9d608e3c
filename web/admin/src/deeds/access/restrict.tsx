import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import { endOfDay } from '../../words/days.ts';
import type { UserDeedProps } from '../drawer-props.ts';
import { tellAccess } from './tell-access.ts';

/** Takes the account down to the free plan's limits; nothing of theirs is deleted. */
export function Restrict({ profile, subject, onClose }: UserDeedProps) {
  const [until, setUntil] = useState('');
  const expiresAt = until === '' ? undefined : endOfDay(until);
  const body = expiresAt === undefined ? {} : { expires_at: expiresAt };
  return (
    <DeedDrawer
      title="Restrict"
      verb="Restrict"
      isGrave
      subject={subject}
      tell={tellAccess}
      features={profile.entitlements}
      call={{ path: `/users/${segment(profile.user)}/restriction`, body }}
      done="The account is restricted"
      onClose={onClose}
    >
      <p>
        The account goes down to the limits of the free plan, whatever is paid for. Nothing is
        deleted, and lifting it gives everything back.
      </p>
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

export function Lift({ profile, subject, onClose }: UserDeedProps) {
  return (
    <DeedDrawer
      title="Lift the restriction"
      verb="Lift"
      subject={subject}
      tell={tellAccess}
      features={profile.entitlements}
      call={{ path: `/users/${segment(profile.user)}/restriction/lift`, body: {} }}
      done="The restriction is lifted"
      onClose={onClose}
    >
      <p>The account gets back what its plan grants, at once.</p>
    </DeedDrawer>
  );
}
