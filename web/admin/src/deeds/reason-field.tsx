import { Textarea } from '@mantine/core';

const SHORTEST_REASON = 3;
const LONGEST_REASON = 500;

export function isReason(text: string): boolean {
  return text.trim().length >= SHORTEST_REASON;
}

/** Why something is done, as every deed says. */
export function ReasonField(props: {
  readonly value: string;
  readonly onChange: (reason: string) => void;
}) {
  return (
    <Textarea
      label="Reason"
      description="Kept in the audit trail."
      required
      autosize
      minRows={2}
      minLength={SHORTEST_REASON}
      maxLength={LONGEST_REASON}
      data-autofocus
      autoFocus
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}
