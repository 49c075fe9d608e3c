import { Plot, type Area, type Place } from './plot.tsx';
import { DASHES, type Look } from './patterns.tsx';
import { MarkLines, type Mark } from './marks.tsx';
import { extentOf, pathOf, runsOf } from './scale.ts';

export interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly look: Look;
  /** Drawn with what lies beneath it. */
  readonly isArea?: boolean;
}

/** Lines over time; with one alone, what lies beneath it is filled. */
export function SeriesChart(props: {
  readonly label: string;
  readonly places: readonly Place[];
  readonly lines: readonly Line[];
  readonly showTick: (value: number) => string;
  /** How far the axis goes where all values are nothing. */
  readonly least?: number;
  readonly marks?: readonly Mark[];
  readonly onOpen?: ((index: number) => void) | undefined;
  readonly heightPx?: number;
}) {
  const { lines, marks = [], least, ...plot } = props;
  const values = lines.flatMap((line) => line.values);
  if (values.every((value) => value === null)) {
    return <p className="quiet">There is nothing in this time that it could be told from.</p>;
  }
  return (
    <Plot {...plot} extent={extentOf(values, least)}>
      {(area) => (
        <>
          <MarkLines marks={marks} area={area} />
          {lines.map((line) => (
            <Drawn key={line.name} line={line} area={area} />
          ))}
        </>
      )}
    </Plot>
  );
}

/** More dots than this would be a line of their own. */
const MOST_DOTS = 40;

function Drawn({ line, area }: { readonly line: Line; readonly area: Area }) {
  const { values, look, isArea = false } = line;
  const points = values.map((value, index) =>
    value === null ? null : ([area.x(index), area.y(value)] as const),
  );
  const base = area.y(0);
  return (
    <g>
      {isArea &&
        runsOf(points).map((run) => (
          <path
            key={run[0]![0]}
            className={`beneath ${look}`}
            d={`${pathOf(run)}L${run.at(-1)![0]} ${base}L${run[0]![0]} ${base}Z`}
          />
        ))}
      <path className={`line ${look}`} d={pathOf(points)} strokeDasharray={DASHES[look]} />
      {points.length <= MOST_DOTS &&
        points.map((point, index) =>
          point === null ? null : (
            <circle key={index} className={`dot ${look}`} cx={point[0]} cy={point[1]} r={2.5} />
          ),
        )}
    </g>
  );
}
