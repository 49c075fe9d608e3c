import { machineMs } from '../clock.ts';
import type { Deeds } from '../engine/deeds.ts';
import { createApi } from '../http/api.ts';
import { StripeError } from '../http/errors.ts';
import type { ApiResponse, OwnRequest, OwnResponse } from '../http/messages.ts';
import { integer, optional, text } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { pageUrl, setAddress } from '../http/own-address.ts';
import { DAY_SECONDS } from '../money/calendar.ts';
import { authenticationRoute } from '../payments/actions.ts';
import { renderEvent, resend } from '../events/event.ts';
import { rollSecret } from '../events/endpoint.ts';
import { chaosRoutes } from './chaos.ts';
import { clockRoutes } from './clock.ts';
import { failureRoutes } from './failures.ts';
import { settingsRoutes } from './settings.ts';

export interface ControlOptions {
  readonly deeds: Deeds;
  readonly apiVersion: string;
  readonly hasJournal: boolean;
  /** Called after each request: a clock may have moved, or something be to be sent. */
  readonly onDone: () => void;
  readonly onFault: (error: unknown) => void;
}

function controlRoutes(apiVersion: string): readonly Route<object>[] {
  const resendSpecs = { endpoint: optional(text()) } as const;
  const rollSpecs = { expires_in: optional(integer({ least: 0, most: 7 * DAY_SECONDS })) } as const;
  return [
    ...chaosRoutes,
    ...clockRoutes,
    ...failureRoutes,
    ...settingsRoutes,
    authenticationRoute,
    route('GET', '/_sandbox/state', {}, (tx) => ({ now: tx.sandboxNow, counts: tx.counts() })),
    route('POST', '/_sandbox/events/{event}/resend', resendSpecs, (tx, { ids, params }) =>
      renderEvent(resend(tx, ids['event']!, params.endpoint), apiVersion),
    ),
    route('POST', '/_sandbox/webhook_endpoints/{endpoint}/roll', rollSpecs, (tx, asked) => {
      const { expires_in: seconds = DAY_SECONDS } = asked.params;
      return rollSecret(tx, asked.ids['endpoint']!, machineMs() + seconds * 1000);
    }),
  ];
}

/** Answers what is asked of the sandbox itself, under `/_sandbox`. */
export function createControl(options: ControlOptions) {
  const { deeds, apiVersion, hasJournal, onDone, onFault } = options;
  const expanders = { byProperty: {}, included: {} };
  const api = createApi({ deeds, routes: controlRoutes(apiVersion), expanders, onFault });

  function reset(): ApiResponse {
    if (hasJournal) {
      throw new StripeError(400, {
        type: 'invalid_request_error',
        message: 'Only a sandbox without a journal can be reset: remove the journal instead.',
      });
    }
    const address = deeds.run((tx) => pageUrl(tx, ''));
    deeds.reset();
    // Where it listens has not changed, and links to its pages name it.
    if (address.kind === 'kept') deeds.run((tx) => setAddress(tx, address.value));
    return { status: 200, body: '{}' };
  }

  return {
    answer({ method, url, form, rawForm, requestId, isTrusted }: OwnRequest): OwnResponse {
      const path = url.pathname;
      if (!isTrusted) {
        throw new StripeError(401, {
          type: 'invalid_request_error',
          message: 'The controls need a test key where they are used from another machine.',
        });
      }
      const request = { method, path, form, rawForm, requestId, idempotencyKey: null };
      const isReset = method === 'POST' && path === '/_sandbox/reset';
      const { status, body } = isReset ? reset() : api.answer(request);
      onDone();
      return { status, body, type: 'application/json' };
    },
  };
}
