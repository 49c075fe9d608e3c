import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../api/request.ts';

export type Loaded<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: Problem };

export interface Load<T> {
  readonly state: Loaded<T>;
  /** Asks again; what is shown stays until there is an answer. */
  readonly reload: () => Promise<void>;
}

/** Loads when it is first shown and whenever the key is another; the last question counts. */
export function useLoad<T>(key: string, load: () => Promise<T>): Load<T> {
  const [state, setState] = useState<Loaded<T>>({ kind: 'loading' });
  const latest = useRef(load);
  latest.current = load;
  const asked = useRef(0);
  const reload = useCallback(async () => {
    asked.current += 1;
    const question = asked.current;
    const answer = await latest.current().then(
      (value): Loaded<T> => ({ kind: 'ready', value }),
      (thrown: unknown): Loaded<T> => ({ kind: 'failed', problem: problemOf(thrown) }),
    );
    if (question === asked.current) setState((shown) => settled(shown, answer));
  }, []);
  useEffect(() => {
    setState({ kind: 'loading' });
    void reload();
    return () => {
      asked.current += 1;
    };
  }, [key, reload]);
  return { state, reload };
}

/** A hiccup while something is shown already takes nothing away; the end of a session does. */
function settled<T>(shown: Loaded<T>, answer: Loaded<T>): Loaded<T> {
  const isHiccup = answer.kind === 'failed' && answer.problem.status !== 401;
  return isHiccup && shown.kind === 'ready' ? shown : answer;
}
