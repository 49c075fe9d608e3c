import type { FastifySchema } from 'fastify';
import type { Audience, Route } from '../platform/routes.ts';
import { simplified } from './input/simplify.ts';

/** A route as the framework validates and serialises by, and as the OpenAPI document shows it. */
export function operationOf(route: Route): FastifySchema {
  return {
    summary: route.summary,
    description: describe(route),
    tags: [route.tag],
    operationId: operationId(route),
    security: securityOf(route.scope),
    // What only our own pages ask is not for others to build on.
    hide: route.scope === 'session',
    ...(route.params !== undefined && { params: route.params }),
    ...(route.query !== undefined && { querystring: simplified(route.query) }),
    ...(route.body !== undefined && { body: simplified(route.body) }),
    response: { 200: simplified(route.response) },
  };
}

function securityOf(scope: Audience): Record<string, string[]>[] {
  return scope === 'public' ? [] : [{ secret_key: [] }];
}

function describe(route: Route): string {
  const scope =
    route.scope === 'public' ? 'Needs no key.' : `Needs a key with the scope \`${route.scope}\`.`;
  return [route.description, scope].filter((text) => text !== undefined).join('\n\n');
}

/** Such as `post_reservations_id_commit`: generated clients name their methods by it. */
function operationId(route: Route): string {
  const path = route.path.replace(/^\/v\d+/, '').replaceAll(/[{}]/g, '');
  return `${route.method.toLowerCase()}${path}`.replaceAll(/[^a-z0-9]+/g, '_');
}
