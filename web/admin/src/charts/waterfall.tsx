import { useId } from 'react';
import { fillOf, Patterns, type Look } from './patterns.tsx';
import { Plot } from './plot.tsx';
import { extentOf } from './scale.ts';

export interface Step {
  readonly name: string;
  /** Of the first and the last a level; of the others what it adds. */
  readonly value: number;
  readonly shown: string;
  readonly look: Look;
  readonly isLevel: boolean;
}

const GAP = 0.18;
/** Narrower steps have no room for their amounts. */
const WIDE_PX = 76;

/** How one level became another, step by step; each step begins where the one before ended. */
export function Waterfall(props: {
  readonly label: string;
  readonly steps: readonly Step[];
  readonly showTick: (value: number) => string;
  readonly onOpen: (index: number) => void;
}) {
  const id = useId();
  const { steps } = props;
  const bars = barsOf(steps);
  return (
    <Plot
      label={props.label}
      places={steps.map(({ name, shown }) => ({ short: name, said: `${name}: ${shown}` }))}
      extent={extentOf(bars.flatMap(({ from, to }) => [from, to]))}
      showTick={props.showTick}
      onOpen={props.onOpen}
      heightPx={260}
    >
      {(area) => (
        <>
          <Patterns id={id} />
          {steps.map(({ name, look, shown }, index) => {
            const { from, to } = bars[index]!;
            const { stepPx } = area;
            const top = Math.min(area.y(from), area.y(to));
            const left = area.x(index) - stepPx * (0.5 - GAP);
            const widthPx = stepPx * (1 - 2 * GAP);
            return (
              <g key={name}>
                <rect
                  className={`bar ${look}`}
                  x={left}
                  y={top}
                  width={widthPx}
                  height={Math.max(1, Math.abs(area.y(from) - area.y(to)))}
                  fill={fillOf(id, look)}
                />
                {index > 0 && (
                  <line
                    className="joint"
                    x1={left - 2 * GAP * stepPx}
                    x2={left}
                    y1={area.y(bars[index - 1]!.to)}
                    y2={area.y(bars[index - 1]!.to)}
                  />
                )}
                {stepPx >= WIDE_PX && (
                  <text className="amount" x={area.x(index)} y={top - 4} textAnchor="middle">
                    {shown}
                  </text>
                )}
              </g>
            );
          })}
        </>
      )}
    </Plot>
  );
}

function barsOf(steps: readonly Step[]): { readonly from: number; readonly to: number }[] {
  let level = 0;
  return steps.map(({ value, isLevel }) => {
    const from = isLevel ? 0 : level;
    level = isLevel ? value : level + value;
    return { from, to: level };
  });
}
