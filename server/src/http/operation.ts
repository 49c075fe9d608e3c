import type { FastifySchema } from 'fastify';
import type { Admission, Route } from '../platform/routes.ts';
import { simplified } from './input/simplify.ts';

/** A route as the framework validates and serialises by, and as the OpenAPI document shows it. */
export function operationOf(route: Route): FastifySchema {
  return {
    summary: route.summary,
    description: describe(route),
    tags: [route.tag],
    operationId: operationId(route),
    security: securityOf(route),
    // What only our own pages ask is not for others to build on.
    hide: route.scope === 'session',
    ...(route.params !== undefined && { params: route.params }),
    ...(route.query !== undefined && { querystring: simplified(route.query) }),
    ...(route.body !== undefined && { body: simplified(route.body) }),
    response: { 200: answerOf(route) },
  };
}

function answerOf({ contentType, response }: Route): object {
  if (contentType === undefined) return simplified(response);
  // As a plain type: parameters such as the character set are of no interest to a document.
  const type = contentType.split(';', 1)[0] ?? contentType;
  return { description: 'A file', content: { [type]: { schema: response } } };
}

function securityOf(admission: Admission): Record<string, string[]>[] {
  if (admission.scope === 'public' || admission.permission === 'anyone') return [];
  if (admission.scope !== 'staff') return [{ secret_key: [] }];
  const cookie = { staff_cookie: [] };
  return admission.needsFreshSignIn === true ? [cookie] : [cookie, { staff_token: [] }];
}

function describe(route: Route): string {
  return [route.description, describeAdmission(route)].filter((text) => text).join('\n\n');
}

function describeAdmission(admission: Admission): string {
  if (admission.scope === 'public' || admission.permission === 'anyone') return 'Needs no key.';
  if (admission.scope !== 'staff') return `Needs a key with the scope \`${admission.scope}\`.`;
  const { permission, needsFreshSignIn } = admission;
  const who =
    permission === 'self'
      ? 'For every member of staff, about themselves.'
      : `Needs the permission \`${permission}\`.`;
  return needsFreshSignIn === true ? `${who} Needs a sign-in of the last 15 minutes.` : who;
}

/** Such as `post_reservations_id_commit`: generated clients name their methods by it. */
function operationId(route: Route): string {
  const path = route.path.replace(/\/v\d+/, '').replaceAll(/[{}]/g, '');
  return `${route.method.toLowerCase()}${path}`.replaceAll(/[^a-z0-9]+/g, '_');
}
