import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { Problem } from './problem.ts';

const STALE_MS = 10_000;
const MOST_RETRIES = 2;

/**
 * Remembers what was asked. Whoever turns out to be signed out is brought to the sign-in, wherever
 * that was noticed, and comes back to the same view.
 */
export function createQueries(onSignedOut: () => void): QueryClient {
  const onError = (error: Error): void => {
    if (error instanceof Problem && error.isSignedOut) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // What was refused is refused again; only what had no answer may have one next time.
        retry: (count, error) =>
          count < MOST_RETRIES &&
          error instanceof Problem &&
          (error.status === 0 || error.status === 503),
      },
      mutations: { retry: false },
    },
  });
}
