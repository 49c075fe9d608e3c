// pure
import type { Problem } from '../api/problem.ts';

/** What is wrong with the input at a place, such as `effect/duration`, or with a part of it. */
export type FaultAt = (place: string) => string | undefined;

/**
 * What the server found wrong, by the places of what was sent; `within` is where the fields' own
 * places begin, such as `content`.
 */
export function faultsIn(problem: Problem | null, within = ''): FaultAt {
  const faults = listFaults(problem, within);
  return (place) =>
    faults.find(({ at }) => at === place)?.message ??
    faults.find(({ at }) => at.startsWith(`${place}/`))?.message;
}

export interface PlacedFault {
  readonly at: string;
  readonly message: string;
}

export function listFaults(problem: Problem | null, within = ''): readonly PlacedFault[] {
  const start = within === '' ? '' : `${within}/`;
  return [...(problem?.fields ?? [])].map(([field, message]) => ({
    at: field.startsWith(start) ? field.slice(start.length) : field,
    message: sentence(message),
  }));
}

/** Messages name their rule or code, which is the one that somebody has just filled in. */
function sentence(message: string): string {
  const said = message.replace(/^\([^)]*\) /, '');
  return said.charAt(0).toUpperCase() + said.slice(1);
}
