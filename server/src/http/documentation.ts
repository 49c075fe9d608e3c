import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { STAFF_COOKIE } from './gate/staff.ts';

const ProblemDocument = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable: what programs decide by.' }),
    detail: Type.String({ description: 'A sentence for people.' }),
    request_id: Type.String(),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          field: Type.String({ description: 'A JSON pointer into what was sent.' }),
          message: Type.String(),
        }),
      ),
    ),
  },
  { title: 'Problem', description: 'Problem details as RFC 9457 has them.' },
);

const problemResponse = {
  description: 'What went wrong',
  content: { 'application/problem+json': { schema: ProblemDocument } },
};

const IdempotencyHeader = Type.Object({
  'Idempotency-Key': Type.Optional(
    Type.String({ description: 'A repeated request with the same key is done once.' }),
  ),
});

const securitySchemes = {
  secret_key: { type: 'http', scheme: 'bearer' },
  staff_token: {
    type: 'http',
    scheme: 'bearer',
    description: 'A token that a member of staff has made for a script; begins with `wfs_`.',
  },
  staff_cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: STAFF_COOKIE,
    description:
      'Of the portal. What changes something also needs the header `X-CSRF-Token`, with the ' +
      '`csrf_token` that `GET /admin/v1/session` answers, and comes from the portal itself.',
  },
} as const;

const DESCRIPTION = `Plans, quotas, feature gates, usage and AI cost.

Send \`Authorization: Bearer <secret key>\`. Errors are problem details (RFC 9457) with a stable
\`code\`. A normal "no" is an answer with status 200. Clients ignore fields they do not know.`;

/** Collects the routes that are added after it. */
export async function collectDocumentation(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'WhisperForge Subscriptions', version: '1', description: DESCRIPTION },
      components: {
        securitySchemes,
      },
    },
    transform: ({ schema, url, route }) => ({
      url,
      schema: {
        ...schema,
        ...(route.config?.readsIdempotencyKey === true && { headers: IdempotencyHeader }),
        response: { ...(schema.response as object | undefined), default: problemResponse },
      },
    }),
    transformObject: (document) =>
      'openapiObject' in document ? withoutChecks(document.openapiObject) : document.swaggerObject,
  });
}

/** The document says in words what `x-check` checks. */
function withoutChecks<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutChecks) as T;
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([key]) => key !== 'x-check');
  return Object.fromEntries(members.map(([key, member]) => [key, withoutChecks(member)])) as T;
}

/** What a page may load: its own files, and the pictures that its style sheet carries inside. */
const pageSources = {
  'default-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'frame-ancestors': ["'none'"],
};

/** The document and its pages, which load nothing from anywhere else. */
export async function mountDocumentation(server: FastifyInstance): Promise<void> {
  let document: string | undefined;
  server.get('/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    document ??= JSON.stringify(server.swagger());
    void reply.header('access-control-allow-origin', '*').type('application/json; charset=utf-8');
    return document;
  });
  await server.register(async (pages) => {
    // Strict headers belong to pages; answers in JSON have no use for them.
    await pages.register(helmet, {
      contentSecurityPolicy: { useDefaults: false, directives: pageSources },
      // Whether all of the host is behind TLS is for whoever terminates it to say.
      strictTransportSecurity: false,
    });
    await pages.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: { validatorUrl: null, deepLinking: true, docExpansion: 'list' },
    });
  });
}
