import { useId } from 'react';
import { DASHES, fillOf, Patterns, type Look } from './patterns.tsx';

/** What each look stands for: a line as it is drawn, or a fill. */
export function Legend(props: {
  readonly of: readonly { readonly name: string; readonly look: Look }[];
  readonly isOfLines?: boolean;
}) {
  const id = useId();
  return (
    <ul className="legend">
      {props.of.map(({ name, look }) => (
        <li key={name}>
          {props.isOfLines === true ? <Stroke look={look} /> : <Fill id={id} look={look} />}
          {name}
        </li>
      ))}
    </ul>
  );
}

function Stroke({ look }: { readonly look: Look }) {
  return (
    <svg width={28} height={14} aria-hidden className="swatch plot-line">
      <path className={`line ${look}`} d="M0 7H28" strokeDasharray={DASHES[look]} />
    </svg>
  );
}

function Fill(props: { readonly id: string; readonly look: Look }) {
  const { id, look } = props;
  return (
    <svg width={14} height={14} aria-hidden className="swatch">
      <Patterns id={`${id}-${look}`} />
      <rect width={14} height={14} rx={3} fill={fillOf(`${id}-${look}`, look)} />
    </svg>
  );
}
