import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../platform/errors.ts';
import { isIdempotencyKey } from '../platform/input-checks.ts';
import type { Caller, Route, RouteRequest, Session, Staff } from '../platform/routes.ts';
import type { Answers } from '../domains/keys/index.ts';
import { exchangeOn } from './gate/exchange.ts';
import { gate, type GateOptions } from './gate/authentication.ts';
import { INVALID_REQUEST } from './problems/errors.ts';
import type { Metrics, RouteTimer } from './metrics.ts';
import { operationOf } from './operation.ts';
import { replayed } from './replayed.ts';
import type { Replies } from './problems/replies.ts';
import { queryReader } from './input/validation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | undefined;
    session: Session | undefined;
    staff: Staff | undefined;
    /** Milliseconds of the process's own clock, for durations. */
    startedMs: number;
    timer: RouteTimer | undefined;
  }
  interface FastifyContextConfig {
    readsIdempotencyKey?: boolean;
  }
}

export interface MountOptions extends GateOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly replies: Replies;
  readonly answers: Answers;
}

/** Adds a domain's route to the server: parsed, authenticated, limited, serialised, documented. */
export function mount(server: FastifyInstance, route: Route, options: MountOptions): void {
  const timer = options.metrics.timer(route.method, route.path);
  const admit = gate(route, options);
  const readQuery = route.query === undefined ? undefined : queryReader(route.query);
  server.route({
    method: route.method,
    url: route.path.replaceAll(/\{([a-z_]+)\}/g, ':$1'),
    schema: operationOf(route),
    config: {
      readsIdempotencyKey: route.readsIdempotencyKey === true || route.replaysAnswers === true,
    },
    onRequest(request, reply, done) {
      request.startedMs = performance.now();
      request.timer = timer;
      if (!namesOneHost(request)) return done(refusal('', 'HTTP/1.1 needs one header Host.'));
      admit(request, reply, done);
    },
    ...(readQuery !== undefined && {
      preValidation: (request, _reply, done) => {
        readQuery(request.query as Record<string, unknown>);
        done();
      },
    }),
    handler: handle(route, options),
  });
}

/** RFC 9112, section 3.2: none is refused, and so are several, which arrive as a list. */
function namesOneHost({ headers: { host }, raw }: FastifyRequest): boolean {
  return host === undefined ? raw.httpVersion === '1.0' : !host.includes(',');
}

type Handle = (request: FastifyRequest, reply: FastifyReply) => void;

function handle(route: Route, { clock, replies, answers }: MountOptions): Handle {
  const hasBody = route.body !== undefined;
  const readsKey = route.readsIdempotencyKey === true;
  const replays = route.replaysAnswers === true;
  const isOfStaff = route.scope === 'staff';
  return (request, reply) => {
    if (!hasBody) refuseBody(request.body);
    const input: RouteRequest<unknown, unknown, unknown> = {
      params: request.params,
      query: request.query,
      body: request.body,
      caller: request.caller,
      session: request.session,
      staff: request.staff,
      exchange: isOfStaff ? exchangeOn(request, reply) : undefined,
      requestId: request.id,
      idempotencyKey: readsKey ? readIdempotencyKey(request) : undefined,
      nowMs: clock.nowMs(),
    };
    const key = replays ? readIdempotencyKey(request) : undefined;
    const work = (): Promise<unknown> => route.handler(input);
    const done = key === undefined ? work() : replayed(answers, { key, request, reply, work });
    done.then(
      (result) => replies.answer(request, reply, contentOf(route, reply, result)),
      (error: unknown) => replies.fail(error, request, reply),
    );
  };
}

/** JSON as it is; of another type, the text, in pieces where it comes in pieces. */
function contentOf({ contentType }: Route, reply: FastifyReply, result: unknown): unknown {
  if (contentType === undefined) return result;
  void reply.type(contentType);
  return typeof result === 'string' ? result : Readable.from(result as AsyncIterable<string>);
}

/** Many clients send `{}` where nothing is asked for; anything more was meant to say something. */
function refuseBody(body: unknown): void {
  if (body === undefined || body === null) return;
  if (typeof body === 'object' && Object.keys(body).length === 0) return;
  throw refusal('', 'The body must be empty: this route takes none.');
}

function readIdempotencyKey(request: FastifyRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !isIdempotencyKey(header)) {
    throw refusal('', 'The header Idempotency-Key must be 1 to 255 printable ASCII characters.');
  }
  const { idempotency_key: inBody } = (request.body ?? {}) as { idempotency_key?: unknown };
  if (inBody !== undefined && inBody !== header) {
    throw refusal(
      '/idempotency_key',
      'The header Idempotency-Key and the field idempotency_key differ.',
    );
  }
  return header;
}

function refusal(field: string, message: string): AppError {
  return new AppError(INVALID_REQUEST, { message, fields: [{ field, message }] });
}
