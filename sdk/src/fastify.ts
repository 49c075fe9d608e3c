import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CheckAnswer } from './types.ts';
import { decideGate } from './gating/gate.ts';
import type { Checker, GateOptions } from './gating/gate.ts';
import { openMeter, requireMeter } from './gating/meter.ts';
import type { Holder, Meter, MeterOptions } from './gating/meter.ts';
import { watchResponse } from './gating/node-response.ts';
import type { Refusal } from './gating/refusal.ts';
import { createRequestState } from './gating/request-state.ts';

export type { GateOptions } from './gating/gate.ts';
export type { GateProblem } from './gating/refusal.ts';
export type { Meter, MeterOptions } from './gating/meter.ts';

/** A `preHandler` hook. */
export type PreHandler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

const answers = createRequestState<CheckAnswer>();
const meters = createRequestState<Meter>();

function refuse(reply: FastifyReply, refusal: Refusal): FastifyReply {
  const { status, headers, problem } = refusal;
  return reply.code(status).headers(headers).send(JSON.stringify(problem));
}

/** Lets a request through whose user may use the feature; answers the others as problem details. */
export function requireFeature(
  client: Checker,
  feature: string,
  options: GateOptions<[FastifyRequest]>,
): PreHandler {
  return async (request, reply) => {
    const verdict = await decideGate(client, feature, options, [request]);
    if (!verdict.allowed) return refuse(reply, verdict.refusal);
    answers.set(request, feature, verdict.answer);
    return undefined;
  };
}

/**
 * Holds `amount` before the handler and books what it reports (`meterOf(request, feature)`) when
 * the response is complete; releases on a throw, a 5xx, an unreported 4xx or a cut connection.
 */
export function meter(
  client: Holder,
  feature: string,
  options: MeterOptions<[FastifyRequest]>,
): PreHandler {
  return async (request, reply) => {
    const watch = watchResponse(reply.raw);
    const opened = await openMeter(client, feature, options, [request]);
    if (!opened.allowed) return refuse(reply, opened.refusal);
    // Nobody waits for an answer any more, so the handler is not begun.
    if (!watch(opened.open.settlement)) return reply.hijack();
    meters.set(request, feature, opened.open.meter);
    return undefined;
  };
}

/** The answer by which `requireFeature` let the request through. */
export function answerOf(request: FastifyRequest, feature: string): CheckAnswer | undefined {
  return answers.get(request, feature);
}

/** The meter under which the request runs; throws where it runs under none. */
export function meterOf(request: FastifyRequest, feature: string): Meter {
  return requireMeter(meters.get(request, feature), feature);
}
