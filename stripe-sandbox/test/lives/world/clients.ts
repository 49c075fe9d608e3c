import Stripe from 'stripe';
import { StripeError } from '../../../src/http/errors.ts';
import { expand } from '../../../src/http/expand.ts';
import { formOfJson, parseForm, type FormHash } from '../../../src/http/form.ts';
import { readParams } from '../../../src/http/params.ts';
import { routerOf } from '../../../src/http/routes.ts';
import { expanders, listRoutes } from '../../../src/resources/index.ts';
import { API_VERSION, type LocalSandbox } from '../../../src/sandbox.ts';

/** What was asked, and what came of it, before the SDK makes anything of it. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly answer: object;
}

export interface Connection {
  readonly sandbox: LocalSandbox;
  readonly onExchange: (exchange: Exchange) => void;
}

type Config = NonNullable<ConstructorParameters<typeof Stripe>[1]>;
type HttpClient = NonNullable<Config['httpClient']>;
type HttpResponse = Awaited<ReturnType<HttpClient['makeRequest']>>;

const KEY = 'sk_test_lives';

/** The SDK with a sandbox of the same process behind it, and no socket between them. */
export function connectLocally({ sandbox, onExchange }: Connection): Stripe {
  let posts = 0;
  const httpClient: HttpClient = {
    getClientName: () => 'local',
    async makeRequest(...[, , target, method, , data]) {
      const [path = '', query = ''] = target.split('?', 2);
      const { status, body } = await sandbox.answerApi({
        method,
        path,
        // As the server does: a DELETE says what it wants in its query.
        form: Object.assign(parseForm(query), parseForm(method === 'GET' ? '' : (data ?? ''))),
        rawForm: `${query}\n${data}`,
        // The SDK gives each POST a key at random; these are the same whenever a life is repeated.
        idempotencyKey: method === 'POST' ? `post ${(posts += 1)}` : null,
        requestId: sandbox.newRequestId(),
      });
      const answer = JSON.parse(body) as object;
      onExchange({ method, path, status, answer });
      return responseOf(status, answer);
    },
  };
  return new Stripe(KEY, { httpClient, telemetry: false, maxNetworkRetries: 0 });
}

function responseOf(status: number, answer: object): HttpResponse {
  return {
    getStatusCode: () => status,
    getHeaders: () => ({}),
    getRawResponse: () => ({}),
    toStream: () => answer,
    toJSON: () => Promise.resolve(answer),
  };
}

type MakeRequest = (method: string, path: string, params?: object) => Promise<object>;

/**
 * The SDK's methods without what the SDK does for a request: what they ask for is carried out as
 * the API does it, and nothing becomes text in between. Half of a life's time goes by otherwise.
 */
export function connectDirectly(connection: Connection): Stripe {
  const stripe = new Stripe(KEY, { telemetry: false });
  const makeRequest: MakeRequest = async (method, path, params = {}) =>
    carryOut(connection, { method, path, form: formOf(params) });
  replaceRequests(stripe, makeRequest);
  return stripe;
}

/** In each resource of the SDK, and in those of its namespaces. */
function replaceRequests(within: object, makeRequest: MakeRequest): void {
  for (const [name, value] of Object.entries(within)) {
    if (typeof value !== 'object' || value === null || name.startsWith('_')) continue;
    if ('_makeRequest' in value) Object.assign(value, { _makeRequest: makeRequest });
    else if (within instanceof Stripe) replaceRequests(value as object, makeRequest);
  }
}

function formOf(params: object): FormHash {
  const form = formOfJson(JSON.parse(JSON.stringify(params)));
  if (typeof form === 'string') throw new Error('parameters are a hash');
  return form;
}

const findRoute = routerOf(listRoutes(API_VERSION));

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly form: FormHash;
}

function carryOut({ sandbox, onExchange }: Connection, { method, path, form }: Asked): object {
  const found = findRoute(method, path);
  if (found === undefined) throw new Error(`there is no ${method} ${path}`);
  const { expand: expansions = {}, ...own } = form;
  const asked = { params: readParams(found.route.specs, own), ids: found.ids };
  const paths = Object.values(expansions) as string[];
  const outcome = sandbox.run((tx) => {
    try {
      return expand(tx, found.route.run(tx, asked), { paths, expanders });
    } catch (error) {
      // What it did stays.
      if (error instanceof StripeError && error.keepsChanges) return error;
      throw error;
    }
  });
  if (outcome instanceof StripeError) throw outcome;
  onExchange({ method, path, status: 200, answer: outcome });
  return outcome;
}

/** All that a path lists, if a page could be as long. */
export function listAtOnce(sandbox: LocalSandbox, path: string, query: object): object {
  const { route, ids } = findRoute('GET', path)!;
  const params = { ...query, limit: Number.MAX_SAFE_INTEGER };
  return sandbox.run((tx) => route.run(tx, { params, ids }));
}
