import type { Route } from '../../server/src/platform/routes.ts';

/** Where the empty twin of a route is. */
export function emptyTwinOf(path: string): string {
  return `/bench/empty${path}`;
}

/**
 * Routes that take what the given ones take, with the same schema, key and limit, and do nothing:
 * what HTTP itself costs.
 */
export function emptyTwins(routes: readonly Route[], paths: readonly string[]): Route[] {
  return paths.map((path) => ({
    ...routeAt(routes, path),
    path: emptyTwinOf(path),
    summary: `Take what ${path} takes, and do nothing`,
    response: { type: 'object', properties: {} },
    handler: () => Promise.resolve({}),
  }));
}

/** Takes what Stripe sends, which is JSON from anybody, and does nothing: no signature is read. */
export function emptyWebhook(): Route {
  return {
    method: 'POST',
    path: emptyTwinOf('/webhooks/stripe'),
    summary: 'Take what /webhooks/stripe takes, and do nothing',
    tag: 'benchmark',
    scope: 'public',
    body: { type: 'object' },
    response: { type: 'object', properties: {} },
    handler: () => Promise.resolve({}),
  };
}

export function routeAt(routes: readonly Route[], path: string): Route {
  const found = routes.find((route) => route.method === 'POST' && route.path === path);
  if (found === undefined) throw new Error(`There is no route POST ${path} any more.`);
  return found;
}
