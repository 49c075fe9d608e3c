import { findProblems, type Problem } from '../../schemas/validate.ts';
import type { Exchange } from './clients.ts';

/** Holds answers against the SDK's types. */
export interface Judge {
  readonly exchange: (exchange: Exchange) => void;
  /** What was found wrong since it was asked last. */
  takeProblems(): Problem[];
}

/** Judges each answer, with all words of enumerations. */
export function createJudge(): Judge {
  return createSampler(() => true);
}

/** So many of each kind are judged, and then each of so many. */
const ALL_OF_FIRST = 40;
const ONE_OF = 40;

/**
 * Judges the first of each kind of answer, and a part of all others. A kind is a route, what came
 * of it and the state that the object is in.
 */
export function createSamplingJudge(): Judge {
  const counts = new Map<string, number>();
  return createSampler((kind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= ALL_OF_FIRST || count % ONE_OF === 0;
  });
}

/** Ids in a path, such as `/cus_x`, which do not make another kind of request. */
const IDS = /\/(?:[a-z]+_)+\w{14,}/g;

function createSampler(isWanted: (kind: string) => boolean): Judge {
  const problems: Problem[] = [];
  return {
    exchange({ method, path, status, answer }) {
      const { status: state, error } = answer as { readonly status?: string; error?: unknown };
      const kind = `${method} ${path.replaceAll(IDS, '/{id}')} ${status} ${state ?? ''}`;
      if (status >= 500) problems.push(`${kind}: ${JSON.stringify(error)}`);
      if (status !== 200 || !isWanted(kind)) return;
      // As it is on the wire, where nothing is undefined.
      const sent: unknown = JSON.parse(JSON.stringify(answer));
      for (const problem of findProblems(sent, { knowsAllWords: true })) {
        problems.push(`${kind}: ${problem}`);
      }
    },
    takeProblems: () => problems.splice(0),
  };
}
