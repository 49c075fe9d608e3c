import { queryOptions } from '@tanstack/react-query';
import { ask } from '../request.ts';

/** A made-up company that the server was started with. */
export interface DemoCompany {
  readonly state: 'filling' | 'complete' | 'interrupted';
  /** From 0 to 1. */
  readonly share: number;
  readonly doing: string;
  readonly folder: string;
}

const A_MOMENT_MS = 2_000;

export const demoQuery = queryOptions({
  queryKey: ['operations', 'demo'],
  queryFn: () => ask<{ readonly demo: DemoCompany | null }>('GET', '/demo'),
  // Only what is being filled in becomes another by itself.
  refetchInterval: ({ state }) => (state.data?.demo?.state === 'filling' ? A_MOMENT_MS : false),
});
