import type { Request, RequestHandler, Response } from 'express';
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

const answers = createRequestState<CheckAnswer>();
const meters = createRequestState<Meter>();

function refuse(response: Response, refusal: Refusal): void {
  const { status, headers, problem } = refusal;
  response.status(status).set(headers).end(JSON.stringify(problem));
}

/**
 * Lets a request through whose user may use the feature; answers the others as problem details.
 * What fails goes to `next`, so that Express 4, which does not await handlers, works as well.
 */
export function requireFeature(
  client: Checker,
  feature: string,
  options: GateOptions<[Request, Response]>,
): RequestHandler {
  return async (request, response, next) => {
    try {
      const verdict = await decideGate(client, feature, options, [request, response]);
      if (!verdict.allowed) {
        refuse(response, verdict.refusal);
        return;
      }
      answers.set(request, feature, verdict.answer);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}

/**
 * Holds `amount` before the handler and books what it reports (`meterOf(request, feature)`) when
 * the response is complete; releases on a throw, a 5xx, an unreported 4xx or a cut connection.
 */
export function meter(
  client: Holder,
  feature: string,
  options: MeterOptions<[Request, Response]>,
): RequestHandler {
  return async (request, response, next) => {
    const watch = watchResponse(response);
    try {
      const opened = await openMeter(client, feature, options, [request, response]);
      if (!opened.allowed) {
        refuse(response, opened.refusal);
        return;
      }
      // Nobody waits for an answer any more, so the handler is not begun.
      if (!watch(opened.open.settlement)) return;
      meters.set(request, feature, opened.open.meter);
    } catch (error) {
      next(error);
      return;
    }
    next();
  };
}

/** The answer by which `requireFeature` let the request through. */
export function answerOf(request: Request, feature: string): CheckAnswer | undefined {
  return answers.get(request, feature);
}

/** The meter under which the request runs; throws where it runs under none. */
export function meterOf(request: Request, feature: string): Meter {
  return requireMeter(meters.get(request, feature), feature);
}
