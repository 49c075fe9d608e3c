import { useCallback, useRef, useState } from 'preact/hooks';
import { problemOf, type Problem } from '../api/request.ts';

export interface Deed {
  readonly isBusy: boolean;
  readonly problem: Problem | null;
  /** Does it unless it is being done already, so that a double click is one. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
}

/** Something the customer asks for, with its wait and its fault. */
export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const running = useRef(false);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      running.current = false;
      setBusy(false);
    }
  }, []);
  return { isBusy, problem, run };
}

/** Leaves for a page of Stripe's; the button stays busy while the browser is on its way. */
export function leaveFor(url: string): Promise<never> {
  globalThis.location.assign(url);
  return Promise.withResolvers<never>().promise;
}
