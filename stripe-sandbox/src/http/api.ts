import { NotKept, type Deeds } from '../engine/deeds.ts';
import type { Tx } from '../engine/transaction.ts';
import { StripeError, unrecognized } from './errors.ts';
import { expand, type Expanders } from './expand.ts';
import { brokenOff, failedOnRequest, refusedOnRequest, type Failure } from './failures.ts';
import { emptyHash, type FormHash } from './form.ts';
import { earlierAnswer, fingerprintOf, keepAnswer, requireKey } from './idempotency.ts';
import { list, readParams, text, type Params, type Specs } from './params.ts';
import type { ApiRequest, ApiResponse } from './messages.ts';
import { refusalOf } from './wire/refusal.ts';
import { routerOf, type Found, type Route } from './routes.ts';

export interface ApiOptions {
  readonly deeds: Deeds;
  readonly routes: readonly Route<object>[];
  readonly expanders: Expanders;
  /** What was asked to fail: takes the failure that is meant for a request, if there is one. */
  readonly takeFailure?: (tx: Tx, request: ApiRequest) => Failure | undefined;
  /** Hears of faults of the sandbox's own. */
  readonly onFault: (error: unknown) => void;
}

interface Prepared {
  readonly found: Found;
  readonly params: Params<Specs>;
  readonly expansions: readonly string[];
}

/** What the work on a request comes to: where it failed, what it did may stay all the same. */
interface Result {
  readonly status: number;
  readonly body: string;
}

const expansionSpec = list(text(), 50);

/** Reads requests by the routes that they are for. */
function preparation(routes: ApiOptions['routes']): (request: ApiRequest) => Prepared {
  const find = routerOf(routes);
  return ({ method, path, form }) => {
    const found = find(method, path);
    if (found === undefined) throw unrecognized(method, path);
    return prepared(found, form);
  };
}

function prepared(found: Found, form: FormHash): Prepared {
  const own = Object.assign(emptyHash(), form);
  const expansions = own['expand'] === undefined ? [] : expansionSpec.read(own['expand'], 'expand');
  delete own['expand'];
  return { found, params: readParams(found.route.specs, own), expansions };
}

function resultOfError(error: unknown): Result {
  const { status, details } = refusalOf(error);
  return { status, body: JSON.stringify({ error: details }, null, 2) };
}

/** Answers requests of Stripe's API, each as one deed. */
export function createApi({ deeds, routes, expanders, takeFailure, onFault }: ApiOptions) {
  const prepare = preparation(routes);

  function carryOut(tx: Tx, { found, params, expansions }: Prepared): Result {
    try {
      const given = found.route.run(tx, { params, ids: found.ids });
      const whole = expand(tx, given, { paths: expansions, expanders });
      return { status: 200, body: JSON.stringify(whole, null, 2) };
    } catch (error) {
      // What it did stays, in the same deed as its answer.
      if (error instanceof StripeError && error.keepsChanges) return resultOf(error);
      throw error;
    }
  }

  function resultOf(error: unknown): Result {
    if (!(error instanceof StripeError)) onFault(error);
    return resultOfError(error);
  }

  function answerOnce(request: ApiRequest, failure: Failure | undefined): ApiResponse {
    const { idempotencyKey, requestId, method } = request;
    const key = method === 'POST' ? idempotencyKey : null;
    const fingerprint = key === null ? '' : fingerprintOf(method, request.path, request.rawForm);
    const keep = (tx: Tx, result: Result): void => {
      if (key !== null) keepAnswer(tx, { id: key, fingerprint, requestId, ...result });
    };
    const begun = deeds.run((tx) => {
      if (key === null) return prepare(request);
      requireKey(key);
      return earlierAnswer(tx, { key, fingerprint }) ?? prepare(request);
    });
    // What was not carried out is not kept under its key: it may come again, put right.
    if (begun.kind === 'failed') return resultOf(begun.error);
    const known = begun.value;
    if ('fingerprint' in known) {
      const { status, body, requestId: originalRequest } = known;
      return { status, body, originalRequest };
    }
    const outcome = deeds.run(
      (tx) => {
        if (failure?.kind === 'server_error') throw failedOnRequest();
        const result = carryOut(tx, known);
        keep(tx, result);
        return result;
      },
      { origin: { requestId, idempotencyKey, isReading: method === 'GET' } },
    );
    if (outcome.kind === 'kept') return outcome.value;
    const failed = resultOf(outcome.error);
    // What the journal did not take has not happened: under its key it may come again.
    if (outcome.error instanceof NotKept) return failed;
    const kept = deeds.run((tx) => keep(tx, failed));
    return kept.kind === 'kept' ? failed : resultOf(kept.error);
  }

  return {
    answer(request: ApiRequest): ApiResponse {
      const asked = takeFailure && deeds.run((tx) => takeFailure(tx, request));
      const failure = asked?.kind === 'kept' ? asked.value : undefined;
      const refused = failure && refusedOnRequest(failure);
      if (refused !== undefined) return refused;
      return brokenOff(answerOnce(request, failure), failure);
    },
  };
}
