import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../platform/errors.ts';
import type { RawRoute, Route } from '../platform/routes.ts';
import type { Answers } from '../domains/keys/index.ts';
import type { Authenticator } from './gate/authentication.ts';
import { parseBody } from './input/body.ts';
import { answerClientError, refuseExpectation } from './problems/client-errors.ts';
import { collectDocumentation, mountDocumentation } from './documentation.ts';
import { MethodNotAllowed, ROUTE_UNKNOWN } from './problems/errors.ts';
import { BODY_LIMIT_BYTES } from './problems/fault.ts';
import { mountHealth, type ReadinessCheck } from './health.ts';
import { collectPaths, type KnownPaths } from './known-paths.ts';
import { guessLimit, keyLimit } from './gate/limits.ts';
import type { Metrics } from './metrics.ts';
import { mount } from './mount.ts';
import { mountRaw } from './raw.ts';
import type { SessionFinder } from './gate/sessions.ts';
import type { StaffFinder } from './gate/staff.ts';
import { createReplies } from './problems/replies.ts';
import { requestIds } from './request-id.ts';
import { compileOnUse } from './input/compilers.ts';
import { ajvOptions } from './input/validation.ts';

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly keys: Authenticator;
  readonly rawRoutes: readonly RawRoute[];
  readonly sessions: SessionFinder;
  readonly staff: StaffFinder;
  readonly answers: Answers;
  /** Addresses and networks whose word counts on where a request came from. */
  readonly trustedProxies: readonly string[];
  /** Requests a second of one key. */
  readonly requestsPerSecond: number;
  readonly readiness: readonly ReadinessCheck[];
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface HttpServer {
  /** Answers the address once connections are accepted. */
  listen(at: { host: string; port: number }): Promise<string>;
  /** Accepts nothing more, answers what is under way, and closes; in bounded time. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than the idle time-out of common load balancers, so that they close first. */
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** A user id of 255 characters, each of them escaped. */
const MAX_PARAM_LENGTH = 765;

export async function createHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { clock, metrics } = options;
  const state = { closing: false };
  const nextRequestId = requestIds();
  const replies = createReplies({ ...options, isClosing: () => state.closing });
  const server = Fastify({
    logger: false,
    trustProxy: options.trustedProxies.length === 0 ? false : [...options.trustedProxies],
    // Two secret keys in one request are none, instead of whichever came first; and who names no
    // host is told so by a problem, like everybody else.
    http: { joinDuplicateHeaders: true, requireHostHeader: false },
    ajv: ajvOptions,
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: nextRequestId,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: replies.fail,
    clientErrorHandler: (fault, socket) =>
      answerClientError(fault, socket, nextRequestId({ headers: {} })),
  });
  compileOnUse(server);
  server.server.on('checkExpectation', (_request, response) =>
    refuseExpectation(response, nextRequestId({ headers: {} })),
  );
  server.decorateRequest('caller', undefined);
  server.decorateRequest('session', undefined);
  server.decorateRequest('staff', undefined);
  server.decorateRequest('startedMs', 0);
  server.decorateRequest('timer', undefined);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    done(null, parseBody(request, body as Buffer));
  });
  server.setErrorHandler(replies.fail);
  server.setNotFoundHandler(refuseUnknownRoute(collectPaths(server)));
  await collectDocumentation(server);
  const limit = keyLimit(options.requestsPerSecond);
  const { keys, answers } = options;
  const sessions = { sessions: options.sessions, limit };
  const staff = { staff: options.staff, limit };
  const gate = { keys, sessions, staff, keyLimit: limit, guessLimit: guessLimit() };
  const mounting = { ...gate, clock, metrics, replies, answers };
  for (const route of options.routes) mount(server, route, mounting);
  await mountRaw(server, options.rawRoutes, mounting);
  mountHealth(server, { checks: options.readiness, metrics, isClosing: () => state.closing });
  await mountDocumentation(server);
  return {
    listen: (at) => server.listen(at),
    async close() {
      state.closing = true;
      await drain(server);
    },
  };
}

function refuseUnknownRoute(known: KnownPaths): (request: FastifyRequest) => never {
  return ({ method, url }) => {
    const allowed = known.methodsAt(url);
    if (allowed.length > 0) throw new MethodNotAllowed(method, allowed);
    throw new AppError(ROUTE_UNKNOWN, {
      message: `Nothing answers ${method} at this path; /openapi.json lists what does.`,
    });
  };
}

const DRAIN_TIMEOUT_MS = 10_000;
const DRAIN_STEP_MS = 50;

/** Connections that fall idle during the shutdown are closed too; at the end, all of them. */
async function drain(server: FastifyInstance): Promise<void> {
  const idle = setInterval(() => server.server.closeIdleConnections(), DRAIN_STEP_MS);
  const last = setTimeout(() => server.server.closeAllConnections(), DRAIN_TIMEOUT_MS);
  try {
    await server.close();
  } finally {
    clearInterval(idle);
    clearTimeout(last);
  }
}
