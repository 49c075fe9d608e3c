import type { Caller } from '../../platform/routes.ts';
import type { ActiveKey } from './store.ts';

/** Which of these digests are active keys now. */
type ReadDigests = (digests: readonly string[]) => Promise<readonly ActiveKey[]>;

interface Lookup {
  readonly digests: Set<string>;
  readonly found: Promise<ReadonlyMap<string, Caller>>;
}

/** As many as one statement asks for; those who come later wait for the next one. */
const MOST_DIGESTS = 128;

/**
 * Asks the database about keys that memory does not know. Nothing that was "unknown" before counts:
 * each answer rests on a read that began after it was asked for, so that a key works from the
 * moment it is made. One read runs at a time and answers all who came before it, so that guessers,
 * however many, occupy one connection.
 */
export function createKeyLookup(
  read: ReadDigests,
): (digest: string) => Promise<Caller | undefined> {
  let next: Lookup | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  const open = (): Lookup => {
    const digests = new Set<string>();
    const begin = async (): Promise<ReadonlyMap<string, Caller>> => {
      if (next?.digests === digests) next = undefined;
      const keys = await read([...digests]);
      return new Map(keys.map(({ id, digest, scopes }) => [digest, { keyId: id, scopes }]));
    };
    const found = underWay.then(begin);
    // Those who wait for it are told of a failure; those behind them try for themselves.
    underWay = found.catch(() => undefined);
    return { digests, found };
  };

  return async (digest) => {
    if (next === undefined || next.digests.size === MOST_DIGESTS) next = open();
    next.digests.add(digest);
    return (await next.found).get(digest);
  };
}
