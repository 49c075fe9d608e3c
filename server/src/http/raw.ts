import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RawAnswer, RawRoute } from '../platform/routes.ts';
import { addressOf } from './gate/address.ts';
import { gate } from './gate/authentication.ts';
import type { MountOptions } from './mount.ts';
import { cookieOf, sessionSecretOf } from './gate/sessions.ts';

/** What pages of ours may do: load our own files and talk to us, inside no other page. */
const PAGE_POLICY =
  "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
  "form-action 'self' https:; frame-ancestors 'none'";

/** Adds routes whose bodies are bytes: nothing of them is parsed or documented. */
export async function mountRaw(
  server: FastifyInstance,
  routes: readonly RawRoute[],
  options: MountOptions,
): Promise<void> {
  await server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) =>
      parsed(null, body),
    );
    for (const route of routes) mountOne(scope, route, options);
    done();
  });
}

function mountOne(server: FastifyInstance, route: RawRoute, options: MountOptions): void {
  const timer = options.metrics.timer(route.method, route.path);
  const admit = gate({ scope: route.scope }, options);
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{([a-z_]+)\}/g, ':$1'),
    schema: { hide: true },
    bodyLimit: route.bodyLimitBytes ?? 1,
    onRequest(request, reply, done) {
      request.startedMs = performance.now();
      request.timer = timer;
      admit(request, reply, done);
    },
    handler(request, reply) {
      answer(request, route, options).then(
        (given) => send(given, request, reply, options),
        (error: unknown) => options.replies.fail(error, request, reply),
      );
    },
  });
}

async function answer(
  request: FastifyRequest,
  route: RawRoute,
  options: MountOptions,
): Promise<RawAnswer> {
  const { url, params, body } = request;
  const query = url.indexOf('?');
  const secret = sessionSecretOf(request);
  const session =
    request.session ??
    (secret === undefined ? undefined : await options.sessions.sessions.find(secret));
  return route.handler({
    params: params as Record<string, string>,
    query: new URLSearchParams(query < 0 ? '' : url.slice(query + 1)),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    session,
    requestId: request.id,
    nowMs: options.clock.nowMs(),
    address: addressOf(request),
    cookie: (name) => cookieOf(request, name),
    header(name) {
      const value = request.headers[name];
      return typeof value === 'string' ? value : undefined;
    },
  });
}

function send(
  given: RawAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  { replies }: MountOptions,
): void {
  void reply.code(given.status).headers({
    'content-security-policy': PAGE_POLICY,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...given.headers,
  });
  replies.answer(request, reply, given.body);
}
