import { useId } from 'react';
import { fillOf, Patterns, type Look } from './patterns.tsx';
import { Plot } from './plot.tsx';
import { extentOf, ticksOf, type Extent } from './scale.ts';

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
  const extent = extentOfSteps(bars);
  const lowest = ticksOf(extent)[0]!;
  return (
    <>
      <Plot
        label={props.label}
        places={steps.map(({ name, shown }) => ({ short: name, said: `${name}: ${shown}` }))}
        extent={extent}
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
              const foot = Math.max(from, lowest);
              const top = Math.min(area.y(foot), area.y(to));
              const left = area.x(index) - stepPx * (0.5 - GAP);
              const widthPx = stepPx * (1 - 2 * GAP);
              return (
                <g key={name}>
                  <rect
                    className={`bar ${look}`}
                    x={left}
                    y={top}
                    width={widthPx}
                    height={Math.max(1, Math.abs(area.y(foot) - area.y(to)))}
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
      {lowest > 0 && (
        <p className="quiet small">
          The axis begins at {props.showTick(lowest)}, so that what has moved can be seen.
        </p>
      )}
    </>
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

/** How much of the height the moves have at least, where the axis leaves out what they stand on. */
const LEAST_SHARE = 0.5;

/**
 * Of all that the levels reach, from 0 on. Where the moves are small beside the levels, from a
 * little below the lowest on: the moves are compared here, and the levels have their numbers.
 */
function extentOfSteps(bars: readonly { readonly from: number; readonly to: number }[]): Extent {
  const whole = extentOf(bars.flatMap(({ from, to }) => [from, to]));
  const reached = bars.map(({ to }) => to);
  const [low, high] = [Math.min(...reached), Math.max(...reached)];
  const moved = high - low;
  if (low <= 0 || moved === 0 || moved >= LEAST_SHARE * high) return whole;
  return { min: Math.max(0, low - moved / 2), max: high };
}
