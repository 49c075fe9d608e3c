// pure

/** From which value to which an axis goes. */
export interface Extent {
  readonly min: number;
  readonly max: number;
}

/**
 * What all of the values need, always with 0, so that lengths can be compared; as far as `least`
 * where all of them are nothing.
 */
export function extentOf(values: readonly (number | null)[], least = 1): Extent {
  let min = 0;
  let max = 0;
  for (const value of values) {
    if (value === null) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return min === max ? { min, max: min + least } : { min, max };
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Round values that span an extent, about so many. */
export function ticksOf({ min, max }: Extent, wanted = 4): number[] {
  const rough = (max - min) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((each) => each * power >= rough) ?? 10);
  const first = Math.floor(min / step);
  const last = Math.ceil(max / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Every how many labels fit, where each needs so much room. */
export function everyOf(count: number, widthPx: number, labelPx: number): number {
  return Math.max(1, Math.ceil((count * labelPx) / Math.max(widthPx, 1)));
}

type Point = readonly [number, number];

/** Points in a row, without those where there is none between. */
export function runsOf(points: readonly (Point | null)[]): Point[][] {
  const runs: Point[][] = [];
  let isDown = false;
  for (const point of points) {
    if (point !== null && isDown) runs.at(-1)!.push(point);
    else if (point !== null) runs.push([point]);
    isDown = point !== null;
  }
  return runs;
}

/** A path through points, broken where there is none. */
export function pathOf(points: readonly (Point | null)[]): string {
  let text = '';
  let isDown = false;
  for (const point of points) {
    if (point !== null)
      text += `${isDown ? 'L' : 'M'}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    isDown = point !== null;
  }
  return text;
}
