import { NativeSelect } from '@mantine/core';
import { ROLES, type Role } from '../api/contract/session.ts';
import { spoken } from '../words/quantities.ts';

export function RoleField(props: {
  readonly value: Role;
  readonly onChange: (role: Role) => void;
}) {
  return (
    <NativeSelect
      label="Role"
      value={props.value}
      onChange={(event) => {
        const chosen = ROLES.find((role) => role === event.currentTarget.value);
        if (chosen !== undefined) props.onChange(chosen);
      }}
      data={ROLES.map((value) => ({ value, label: spoken(value) }))}
    />
  );
}
