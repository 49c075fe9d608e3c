import { useId } from 'react';
import { MarkLines, type Mark } from './marks.tsx';
import { fillOf, Patterns, type Look } from './patterns.tsx';
import { Plot, type Area, type Place } from './plot.tsx';
import { extentOf } from './scale.ts';

export interface Layer {
  readonly name: string;
  readonly look: Look;
  readonly values: readonly number[];
}

/** What came above the line and what went below it, with the sum of both as a tick. */
export function StackedBars(props: {
  readonly label: string;
  readonly places: readonly Place[];
  readonly layers: readonly Layer[];
  readonly showTick: (value: number) => string;
  readonly marks?: readonly Mark[];
  readonly onOpen: (index: number) => void;
}) {
  const id = useId();
  const { layers, places, marks = [], ...plot } = props;
  const totals = places.map((_, index) => {
    const values = layers.map(({ values: of }) => of[index] ?? 0);
    const up = values.filter((value) => value > 0).reduce((sum, value) => sum + value, 0);
    const all = values.reduce((sum, value) => sum + value, 0);
    return { up, down: all - up, all };
  });
  return (
    <Plot {...plot} places={places} extent={extentOf(totals.flatMap(({ up, down }) => [up, down]))}>
      {(area) => (
        <>
          <Patterns id={id} />
          <MarkLines marks={marks} area={area} />
          {places.map((_, index) => (
            <Column key={index} id={id} index={index} layers={layers} area={area} />
          ))}
          {totals.map(({ all }, index) => (
            <line
              key={index}
              className="net"
              x1={area.x(index) - area.stepPx * 0.4}
              x2={area.x(index) + area.stepPx * 0.4}
              y1={area.y(all)}
              y2={area.y(all)}
            />
          ))}
        </>
      )}
    </Plot>
  );
}

function Column(props: {
  readonly id: string;
  readonly index: number;
  readonly layers: readonly Layer[];
  readonly area: Area;
}) {
  const { index, area } = props;
  let up = 0;
  let down = 0;
  return props.layers.map(({ name, look, values }) => {
    const value = values[index] ?? 0;
    if (value === 0) return null;
    const from = value > 0 ? up : down;
    if (value > 0) up += value;
    else down += value;
    return (
      <rect
        key={name}
        className={`bar ${look}`}
        x={area.x(index) - area.stepPx * 0.32}
        width={area.stepPx * 0.64}
        y={Math.min(area.y(from), area.y(from + value))}
        height={Math.abs(area.y(from) - area.y(from + value))}
        fill={fillOf(props.id, look)}
      />
    );
  });
}
