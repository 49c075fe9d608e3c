import { TextInput } from '@mantine/core';

interface FieldProps {
  readonly value: string;
  readonly fault: string | undefined;
  readonly onChange: (text: string) => void;
}

/** What apps know a thing by. It is said once: only forms of something new begin with it. */
export function KeyField({ value, fault, onChange }: FieldProps) {
  return (
    <TextInput
      label="Key"
      description="Small letters, digits and _; apps know it by this, for good."
      data-autofocus
      required
      maxLength={63}
      value={value}
      error={fault}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

interface NameFieldProps extends FieldProps {
  /** Whether a key is asked for before it. */
  readonly isNew: boolean;
  readonly description?: string;
}

/** What people call it; a form of something that there is begins with it. */
export function NameField({ value, fault, isNew, description, onChange }: NameFieldProps) {
  return (
    <TextInput
      label="Name"
      description={description}
      {...(!isNew && { 'data-autofocus': true })}
      required
      maxLength={200}
      value={value}
      error={fault}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
