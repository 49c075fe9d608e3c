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

/** A Request, or Next's own kind of it, and the route's parameters. */
type Arguments = readonly [Request, ...unknown[]];

export type RouteHandler<Given extends Arguments> = (
  ...given: Given
) => Response | Promise<Response>;

/** Options that read only the request, or nothing, go with handlers that take more. */
type Wrap<Needed extends Arguments> = <Given extends readonly [...Needed, ...unknown[]]>(
  handler: RouteHandler<Given>,
) => (...given: Given) => Promise<Response>;

const answers = createRequestState<CheckAnswer>();
const meters = createRequestState<Meter>();

/** A longer list of arguments serves where a shorter one is needed; tuples do not know that. */
function take<Needed extends Arguments>(given: readonly [...Needed, ...unknown[]]): Needed {
  return given as unknown as Needed;
}

/**
 * Wraps a route handler so that it only runs for users who may use the feature; the others are
 * answered with problem details. `export const GET = requireFeature(client, 'x', {user})(handler)`.
 */
export function requireFeature<Needed extends Arguments = Arguments>(
  client: Checker,
  feature: string,
  options: GateOptions<Needed>,
): Wrap<Needed> {
  return (handler) =>
    async (...given) => {
      const verdict = await decideGate(client, feature, options, take<Needed>(given));
      if (!verdict.allowed) return toResponse(verdict.refusal);
      answers.set(given[0], feature, verdict.answer);
      return handler(...given);
    };
}

/**
 * Wraps a route handler so that `amount` is held while it runs. What the handler reports
 * (`meterOf(request, feature)`) is booked before the response goes out, or at the end of its
 * stream; the hold is released on a throw, a 5xx, an unreported 4xx or a cut connection.
 */
export function meter<Needed extends Arguments = Arguments>(
  client: Holder,
  feature: string,
  options: MeterOptions<Needed>,
): Wrap<Needed> {
  return (handler) =>
    async (...given) => {
      const opened = await openMeter(client, feature, options, take<Needed>(given));
      if (!opened.allowed) return toResponse(opened.refusal);
      meters.set(given[0], feature, opened.open.meter);
      return runMetered(opened.open, given[0].signal, async () => handler(...given));
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
