import type { ReactNode } from 'react';

export interface Bar {
  readonly key: string;
  readonly name: ReactNode;
  /** `null` where it is neither longer nor shorter than others, as what counts in other units. */
  readonly value: number | null;
  readonly shown: string;
  /** Beside the number, such as a share. */
  readonly note?: string;
}

/** Lengths side by side, each with its number: parts of a whole, or the steps of a funnel. */
export function Bars(props: { readonly label: string; readonly of: readonly Bar[] }) {
  const largest = Math.max(...props.of.map(({ value }) => Math.abs(value ?? 0)), 0);
  return (
    <ul className="bars" aria-label={props.label}>
      {props.of.map(({ key, name, value, shown, note }) => (
        <li key={key}>
          <span className="name">{name}</span>
          <span className="number">
            {shown}
            {note !== undefined && <span className="quiet small"> {note}</span>}
          </span>
          {value !== null && (
            <span className="length" aria-hidden>
              <span style={{ width: widthOf(value, largest) }} />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

function widthOf(value: number, largest: number): string {
  return largest === 0 ? '0%' : `${(Math.abs(value) / largest) * 100}%`;
}
