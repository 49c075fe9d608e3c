import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { segment } from '../../api/request.ts';
import { DeedDrawer } from '../deed-drawer.tsx';
import type { UserDeedProps } from '../drawer-props.ts';

export function Rename({ profile, subject, onClose }: UserDeedProps) {
  const [name, setName] = useState(profile.name ?? '');
  const isAnother = name.trim() !== '' && name.trim() !== profile.name;
  const path = `/users/${segment(profile.user)}`;
  return (
    <DeedDrawer
      title="Rename"
      verb="Rename"
      subject={subject}
      call={isAnother ? { method: 'PATCH', path, body: { name: name.trim() } } : undefined}
      done={`Now called ${name.trim()}`}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        data-autofocus
        required
        maxLength={255}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </DeedDrawer>
  );
}
