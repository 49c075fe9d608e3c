import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { MethodNotAllowed } from './errors.ts';
import { problemOf } from './fault.ts';
import { RateLimited } from '../gate/limits.ts';
import { requestLog, type Answered } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { PROBLEM_TYPE, problemDocument } from './problem.ts';

export interface ReplyOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly isClosing: () => boolean;
}

export interface Replies {
  readonly answer: (request: FastifyRequest, reply: FastifyReply, result: unknown) => void;
  readonly fail: (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Every answer leaves through here, so that it is timed and logged once. */
export function createReplies({ logger, metrics, isClosing }: ReplyOptions): Replies {
  const log = requestLog(logger);
  const unmatched = metrics.timer('any', 'unmatched');
  return {
    answer(request, reply, result) {
      if (isClosing()) void reply.header('connection', 'close');
      void reply.header('x-request-id', request.id).send(result);
      const durationMs = performance.now() - request.startedMs;
      request.timer?.observe(reply.statusCode, durationMs, request.caller?.keyId);
      if (log.wants(durationMs)) log.succeeded(describe(request, reply.statusCode, durationMs));
    },
    fail(error, request, reply) {
      if (isClosing()) void reply.header('connection', 'close');
      const problem = problemOf(error, {
        body: request.body,
        querystring: request.query,
        params: request.params,
      });
      // What reached no route was not timed; of a malformed URL there is not even the field.
      const durationMs = request.startedMs > 0 ? performance.now() - request.startedMs : 0;
      if (error instanceof RateLimited || error instanceof MethodNotAllowed) {
        void reply.headers(error.headers);
      }
      if (problem.retryAfterSeconds !== undefined) {
        void reply.header('retry-after', String(problem.retryAfterSeconds));
      }
      if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
      void reply
        .code(problem.status)
        .header('x-request-id', request.id)
        .header('content-type', PROBLEM_TYPE)
        .send(problemDocument(problem, request.id));
      const { timer = unmatched, caller } = request;
      timer.observe(problem.status, durationMs, caller?.keyId);
      log.failed(describe(request, problem.status, durationMs), problem.code, error);
    },
  };
}

function describe(request: FastifyRequest, status: number, durationMs: number): Answered {
  return {
    requestId: request.id,
    method: request.method,
    route: request.routeOptions.url ?? 'unmatched',
    status,
    durationMs: Math.round(durationMs * 1_000) / 1_000,
    keyId: request.caller?.keyId,
  };
}
