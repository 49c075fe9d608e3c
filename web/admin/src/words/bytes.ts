// pure

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'];
const STEP = 1_024;

/** `12.4 MB`: as much as matters of it. */
export function showBytes(bytes: number): string {
  let unit = 0;
  let left = bytes;
  while (left >= STEP && unit < UNITS.length - 1) {
    left /= STEP;
    unit += 1;
  }
  const shown = left.toLocaleString('en', { maximumFractionDigits: unit === 0 ? 0 : 1 });
  return `${shown} ${UNITS[unit]!}`;
}

const SPANS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `3 days`: in the largest unit that it fills. */
export function showSpan(seconds: number): string {
  const [unit, size] = SPANS.find(([, each]) => seconds >= each) ?? ['second', 1];
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
