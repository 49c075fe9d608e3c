import type { Context, MiddlewareHandler } from 'hono';
import type { CheckAnswer } from './types.ts';
import { decideGate } from './gating/gate.ts';
import type { Checker, GateOptions } from './gating/gate.ts';
import { openMeter, requireMeter } from './gating/meter.ts';
import type { Holder, Meter, MeterOptions } from './gating/meter.ts';
import { createRequestState } from './gating/request-state.ts';
import { runMetered, toResponse } from './gating/web-response.ts';

export type { GateOptions } from './gating/gate.ts';
export type { GateProblem } from './gating/refusal.ts';
export type { Meter, MeterOptions } from './gating/meter.ts';

const answers = createRequestState<CheckAnswer>();
const meters = createRequestState<Meter>();

/** Lets a request through whose user may use the feature; answers the others as problem details. */
export function requireFeature(
  client: Checker,
  feature: string,
  options: GateOptions<[Context]>,
): MiddlewareHandler {
  return async (context, next) => {
    const verdict = await decideGate(client, feature, options, [context]);
    if (!verdict.allowed) return toResponse(verdict.refusal);
    answers.set(context, feature, verdict.answer);
    await next();
    return undefined;
  };
}

/**
 * Holds `amount` before the handler and books what it reports (`meterOf(context, feature)`) before
 * the response goes out, or at the end of its stream; releases on a throw, a 5xx, an unreported
 * 4xx or a cut connection.
 */
export function meter(
  client: Holder,
  feature: string,
  options: MeterOptions<[Context]>,
): MiddlewareHandler {
  return async (context, next) => {
    const opened = await openMeter(client, feature, options, [context]);
    if (!opened.allowed) return toResponse(opened.refusal);
    meters.set(context, feature, opened.open.meter);
    // Hono turns what a handler throws into a response with its status before `next` returns.
    const settled = await runMetered(opened.open, context.req.raw.signal, async () => {
      await next();
      return context.res;
    });
    if (settled !== context.res) context.res = settled;
    return undefined;
  };
}

/** The answer by which `requireFeature` let the request through. */
export function answerOf(context: Context, feature: string): CheckAnswer | undefined {
  return answers.get(context, feature);
}

/** The meter under which the request runs; throws where it runs under none. */
export function meterOf(context: Context, feature: string): Meter {
  return requireMeter(meters.get(context, feature), feature);
}
