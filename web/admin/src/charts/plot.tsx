import { useElementSize } from '@mantine/hooks';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { everyOf, ticksOf, type Extent } from './scale.ts';

const LEFT = 56;
const TOP = 14;
const BOTTOM = 24;
const LABEL_PX = 46;

/** One place along the bottom, and what is said there. */
export interface Place {
  /** Beneath the axis. */
  readonly short: string;
  /** To be heard, and read beside the pointer: what is there and how much of it. */
  readonly said: string;
}

export interface Area {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Where places and values are. */
  x(index: number): number;
  y(value: number): number;
  /** How wide a place is. */
  readonly stepPx: number;
}

export interface PlotProps {
  /** What the places are, for screen readers. */
  readonly label: string;
  readonly places: readonly Place[];
  readonly extent: Extent;
  readonly showTick: (value: number) => string;
  readonly onOpen?: ((index: number) => void) | undefined;
  readonly heightPx?: number;
  readonly children: (area: Area) => ReactNode;
}

/**
 * Axes with whatever is drawn between them, and a button over each place: the pointer and the
 * arrow keys go from one to the next, and each says what it shows. The drawing itself says nothing.
 */
export function Plot(props: PlotProps) {
  const { places, heightPx = 220 } = props;
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [active, setActive] = useState<number>();
  const widthPx = Math.max(width - LEFT, 1);
  const ticks = ticksOf(props.extent);
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  const innerPx = heightPx - TOP - BOTTOM;
  const stepPx = widthPx / Math.max(places.length, 1);
  const area: Area = {
    widthPx,
    heightPx: innerPx,
    stepPx,
    x: (index) => LEFT + (index + 0.5) * stepPx,
    y: (value) => TOP + ((high - value) / (high - low)) * innerPx,
  };
  return (
    <div className="plot" ref={ref}>
      {width > 0 && (
        <>
          <svg width={width} height={heightPx} aria-hidden>
            {ticks.map((tick) => (
              <g key={tick}>
                <line
                  className={tick === 0 ? 'zero' : 'grid'}
                  x1={LEFT}
                  x2={width}
                  y1={area.y(tick)}
                  y2={area.y(tick)}
                />
                <text className="tick" x={LEFT - 8} y={area.y(tick) + 4} textAnchor="end">
                  {props.showTick(tick)}
                </text>
              </g>
            ))}
            <BottomLabels places={places} area={area} heightPx={heightPx} />
            {props.children(area)}
          </svg>
          <Places {...props} area={area} active={active} onActive={setActive} />
        </>
      )}
    </div>
  );
}

function BottomLabels(props: {
  readonly places: readonly Place[];
  readonly area: Area;
  readonly heightPx: number;
}) {
  const { places, area } = props;
  const every = everyOf(places.length, area.widthPx, LABEL_PX);
  // From the end, so that the latest one is named.
  return places.map(({ short }, index) =>
    (places.length - 1 - index) % every === 0 ? (
      <text
        key={index}
        className="tick"
        x={area.x(index)}
        y={props.heightPx - 6}
        textAnchor="middle"
      >
        {short}
      </text>
    ) : null,
  );
}

interface PlacesProps extends PlotProps {
  readonly area: Area;
  readonly active: number | undefined;
  readonly onActive: (index: number | undefined) => void;
}

function Places({ label, places, area, active, onActive, onOpen }: PlacesProps) {
  const group = useRef<HTMLDivElement>(null);
  const [stop, setStop] = useState(places.length - 1);
  const current = Math.min(stop, places.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextPlace(event.key, current, places.length);
    if (next === undefined) return;
    event.preventDefault();
    setStop(next);
    group.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    <div ref={group} role="group" aria-label={label} onKeyDown={onKeyDown} className="places">
      {places.map(({ said }, index) => (
        <button
          key={index}
          type="button"
          aria-label={said}
          tabIndex={index === current ? 0 : -1}
          style={{ left: area.x(index) - area.stepPx / 2, width: area.stepPx }}
          onClick={() => onOpen?.(index)}
          onFocus={() => {
            setStop(index);
            onActive(index);
          }}
          onBlur={() => onActive(undefined)}
          onPointerEnter={() => onActive(index)}
          onPointerLeave={() => onActive(undefined)}
        />
      ))}
      {active !== undefined && places[active] !== undefined && (
        <output className="tip" aria-hidden style={tipPlace(active, places.length, area)}>
          {places[active].said}
        </output>
      )}
    </div>
  );
}

function nextPlace(key: string, from: number, count: number): number | undefined {
  if (key === 'ArrowLeft') return Math.max(0, from - 1);
  if (key === 'ArrowRight') return Math.min(count - 1, from + 1);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return undefined;
}

/** Beside the place, on the side where there is room. */
function tipPlace(index: number, count: number, area: Area): Readonly<Record<string, number>> {
  const at = area.x(index);
  return index < count / 2 ? { left: at + 8 } : { right: LEFT + area.widthPx - at + 8 };
}
