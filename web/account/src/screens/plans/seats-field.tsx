import type { Plan } from '../../api/contract.ts';
import { TextField } from '../../parts/fields.tsx';
import { useState } from 'preact/hooks';
import { includedSeats } from '../../words/prices.ts';
import { inflect } from '../../words/quantities.ts';

interface SeatsFieldProps {
  readonly plan: Plan;
  /** `null` for the included ones. */
  readonly seats: number | null;
  readonly onChange: (seats: number | null) => unknown;
}

const MOST_SEATS = 10_000;

/** How many people share the account, where the plan sells further seats. */
export function SeatsField({ plan, seats, onChange }: SeatsFieldProps) {
  const included = includedSeats(plan);
  const [text, setText] = useState(() => String(seats ?? included ?? ''));
  const [fault, setFault] = useState<string>();
  if (included === null) return null;
  const read = (said: string): void => {
    setText(said);
    const count = said.trim() === '' ? included : Number(said);
    const isUsable = Number.isInteger(count) && count >= 1 && count <= MOST_SEATS;
    setFault(isUsable ? undefined : `Write a whole number from 1 to ${MOST_SEATS}.`);
    if (isUsable) onChange(count <= included ? null : count);
  };
  const noun = inflect('seat', included);
  return (
    <TextField
      label="Seats"
      value={text}
      onInput={read}
      inputMode="numeric"
      hint={`The price includes ${included} ${noun}.`}
      fault={fault}
    />
  );
}
