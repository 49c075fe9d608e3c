import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@whisperforge/kernel/clock';
import { AppError } from '../platform/errors.ts';
import { isIdempotencyKey } from '../platform/input-checks.ts';
import {
  isReplayed,
  type Caller,
  type Route,
  type RouteRequest,
  type Session,
  type Staff,
} from '../platform/routes.ts';
import type { Answers } from '../domains/keys/index.ts';
import { exchangeOn } from './gate/exchange.ts';
import { gate, type GateOptions } from './gate/authentication.ts';
import { isStillAdmitted } from './gate/staff.ts';
import { whileAdmitted } from './gate/while-admitted.ts';
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
      readsIdempotencyKey: route.readsIdempotencyKey === true || isReplayed(route),
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

function handle(route: Route, options: MountOptions): Handle {
  const { clock, replies, answers } = options;
  const hasBody = route.body !== undefined;
  const readsKey = route.readsIdempotencyKey === true;
  const replays = isReplayed(route);
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
      (result) =>
        replies.answer(request, reply, contentOf(route, { request, reply, result }, options)),
      (error: unknown) => replies.fail(error, request, reply),
    );
  };
}

interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly result: unknown;
}

/** JSON as it is; of another type, the text, in pieces where it comes in pieces. */
function contentOf(
  route: Route,
  { request, reply, result }: Answering,
  { staff: { staff } }: MountOptions,
): unknown {
  const { contentType } = route;
  if (contentType === undefined) return result;
  void reply.type(contentType);
  if (typeof result === 'string') return result;
  const pieces = result as AsyncIterable<string>;
  // A stream of events looks after itself, since it may be silent for long.
  const endsItself = contentType.startsWith('text/event-stream');
  if (route.scope !== 'staff' || endsItself) return Readable.from(pieces);
  return Readable.from(whileAdmitted(pieces, () => isStillAdmitted(request, route, staff)));
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
