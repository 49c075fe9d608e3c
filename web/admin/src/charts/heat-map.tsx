import type { CSSProperties } from 'react';

export interface HeatRow {
  readonly name: string;
  /** How much there was at first. */
  readonly base: string;
  /** Shares of 1, from the beginning on; `null` where time has not come so far. */
  readonly cells: readonly (number | null)[];
}

/** The strongest shade at which the numbers are still easily read. */
const MOST_PERCENT = 38;

/** What is left of each cohort as time goes by: a table whose cells are shaded by what they say. */
export function HeatMap(props: {
  readonly label: string;
  readonly first: string;
  readonly base: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
}) {
  return (
    <div className="scrolls" role="region" aria-label={props.label} tabIndex={0}>
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">{props.first}</th>
            <th scope="col" className="number">
              {props.base}
            </th>
            {props.columns.map((name) => (
              <th key={name} scope="col" className="number">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.rows.map(({ name, base, cells }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td className="number">{base}</td>
              {cells.map((share, index) => (
                <td key={index} className="number" style={shadeOf(share)}>
                  {share === null ? '' : `${Math.round(share * 100)} %`}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function shadeOf(share: number | null): CSSProperties {
  if (share === null) return {};
  const percent = Math.round(Math.min(1, Math.max(0, share)) * MOST_PERCENT);
  return { background: `color-mix(in srgb, var(--accent) ${percent}%, var(--card))` };
}
