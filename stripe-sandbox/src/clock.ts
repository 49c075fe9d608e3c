/** Milliseconds since 1970, as the machine has them. The only place that asks the machine. */
export function machineMs(): number {
  return Date.now();
}

/** Where the sandbox's time comes from; a test gives its own. */
export type Clock = () => number;

/** Epoch seconds as `/v2` writes instants: `2026-11-23T01:20:08.000Z`. */
export function textOfInstant(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** The epoch seconds of such a text; `undefined` where it is none. */
export function secondsOfText(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : Math.floor(milliseconds / 1000);
}
