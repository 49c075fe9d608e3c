import { PasswordInput } from '@mantine/core';

export const SHORTEST_PASSWORD = 12;

/** A password that is chosen, as password managers know it. */
export function NewPassword(props: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string | undefined;
}) {
  return (
    <PasswordInput
      label="New password"
      description={`At least ${SHORTEST_PASSWORD} characters; a sentence is a good one.`}
      autoComplete="new-password"
      required
      minLength={SHORTEST_PASSWORD}
      value={props.value}
      error={props.error}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
