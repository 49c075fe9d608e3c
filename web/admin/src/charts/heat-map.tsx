import type { CSSProperties } from 'react';

export interface HeatRow {
  readonly name: string;
  /** How much there was at first. */
  readonly base: string;
  /** Shares of 1, from the beginning on; `null` where time has not come so far. */
  readonly cells: readonly (number | null)[];
}

/** The strongest shade at which the numbers are still easily read, and the weakest that is seen. */
const MOST_PERCENT = 42;
const LEAST_PERCENT = 6;

/** What is left of each cohort as time goes by: a table whose cells are shaded by what they say. */
export function HeatMap(props: {
  readonly label: string;
  readonly first: string;
  readonly base: string;
  readonly columns: readonly string[];
  readonly rows: readonly HeatRow[];
}) {
  const least = Math.min(
    1,
    ...props.rows.flatMap(({ cells }) => cells.filter((share) => share !== null)),
  );
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
                <td key={index} className="number" style={shadeOf(share, least)}>
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

/** From the least that there is on, so that what is left of most of them can be told apart. */
function shadeOf(share: number | null, least: number): CSSProperties {
  if (share === null) return {};
  const height = least >= 1 ? 1 : Math.min(1, (share - least) / (1 - least));
  const percent = Math.round(LEAST_PERCENT + height * (MOST_PERCENT - LEAST_PERCENT));
  return { background: `color-mix(in srgb, var(--accent) ${percent}%, var(--card))` };
}
