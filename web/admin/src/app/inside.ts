import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, redirect } from '@tanstack/react-router';
import { Problem } from '../api/problem.ts';
import { sessionQuery } from '../api/session.ts';
import { Shell } from '../shell/shell.tsx';

export const root = createRootRouteWithContext<{ queries: QueryClient }>()();

/** Everything that asks for a session; whoever has none signs in and comes back. */
export const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  async beforeLoad({ context, location }) {
    try {
      await context.queries.query({ ...sessionQuery, staleTime: 'static' });
    } catch (thrown) {
      if (!(thrown instanceof Problem) || thrown.status !== 401) throw thrown;
      const back = location.href === '/' ? {} : { return: location.href };
      redirect({ to: '/sign-in', search: back, throw: true });
    }
  },
});
