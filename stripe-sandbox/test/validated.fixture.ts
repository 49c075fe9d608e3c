import Stripe from 'stripe';
import { routerOf } from '../src/http/routes.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../src/index.ts';
import { listRoutes } from '../src/resources/index.ts';
import { API_VERSION } from '../src/sandbox.ts';
import { noteAnswer } from './routes/answered-routes.ts';
import { findProblems, type Problem, type Rules } from './schemas/validate.ts';

export interface ValidatedOptions extends SandboxOptions, Partial<Rules> {}

type Config = NonNullable<ConstructorParameters<typeof Stripe>[1]>;

export interface Validated {
  /** Its `settled` and `close` throw where an event, or an answer before, was not as declared. */
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  /** Another client whose answers are judged too. */
  connect(config?: Config): Stripe;
  /** A request of the API without the SDK; its answer is judged too. */
  readonly fetch: typeof globalThis.fetch;
  /** The types of all events so far, or of those about one object, oldest first. */
  readonly told: (about?: string) => Promise<string[]>;
}

const KEY = 'sk_test_validated';

/**
 * Starts a sandbox of which every answer and every event is held against the SDK's types, words of
 * enumerations included. An answer that breaks them is turned into a fault, so that the call that
 * got it fails and says why.
 */
export async function startValidated(options: ValidatedOptions = {}): Promise<Validated> {
  const { knowsAllWords = true, ...said } = options;
  const rules: Rules = { knowsAllWords };
  const problems: Problem[] = [];
  const onFault = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    problems.push(`the sandbox has a fault: ${text}`);
  };
  const inner = await startSandbox({ port: 0, onFault, ...said });
  const judgedFetch = fetchJudgedBy(rules, problems);
  const connect = (config: Config = {}): Stripe => clientOf(inner.port, judgedFetch, config);
  let seen: string | undefined;
  const judge = async (): Promise<void> => {
    seen = await judgeEvents(inner.url, { rules, problems, seen });
    if (problems.length > 0) throw new Error(describe(problems.splice(0)));
  };
  const judgeAndClose = async (): Promise<void> => {
    try {
      await judge();
    } finally {
      await inner.close();
    }
  };
  let closing: Promise<void> | undefined;
  const sandbox: Sandbox = {
    ...inner,
    async settled() {
      await inner.settled();
      await judge();
    },
    close: () => (closing ??= judgeAndClose()),
  };
  const stripe = connect();
  const told = (about?: string): Promise<string[]> => listTold(stripe, about);
  return { sandbox, stripe, connect, fetch: judgedFetch, told };
}

const MOST_TOLD = 10_000;

async function listTold(stripe: Stripe, about?: string): Promise<string[]> {
  const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: MOST_TOLD });
  const isAbout = ({ data: { object } }: Stripe.Event): boolean =>
    about === undefined || ('id' in object && object.id === about);
  return events
    .filter(isAbout)
    .map(({ type }) => type)
    .toReversed();
}

/** A client of a sandbox that is another process; its answers are judged, and no events. */
export function connectValidated(port: number, config: Config = {}): Stripe {
  return clientOf(port, validatedFetch(), config);
}

/** Judges what another `fetch` gets. */
export function validatedFetch(inner: typeof globalThis.fetch = fetch): typeof globalThis.fetch {
  return fetchJudgedBy({ knowsAllWords: true }, [], inner);
}

function clientOf(port: number, judgedFetch: typeof globalThis.fetch, config: Config): Stripe {
  return new Stripe(KEY, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    httpClient: Stripe.createFetchHttpClient(judgedFetch),
    ...config,
  });
}

const findRoute = routerOf(listRoutes(API_VERSION));

/** A `fetch` that looks at what it gets. */
function fetchJudgedBy(
  rules: Rules,
  problems: Problem[],
  inner: typeof globalThis.fetch = fetch,
): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    const type = response.headers.get('content-type') ?? '';
    const asked = input instanceof Request ? input.url : String(input);
    if (!type.startsWith('application/json') || !/\/v[12]\//.test(asked)) return response;
    const body = await response.text();
    const found = problemsOf(JSON.parse(body), { rules, isOk: response.ok });
    const { status, headers } = response;
    const method = init?.method ?? 'GET';
    const { pathname } = new URL(asked);
    if (found.length === 0) {
      const route = response.ok ? findRoute(method, pathname)?.route : undefined;
      if (route !== undefined) noteAnswer(`${method} ${route.path}`);
      return new Response(body, { status, headers });
    }
    const message = `${method} ${pathname}: ${describe(found)}`;
    problems.push(...found);
    // The SDK would try again otherwise, and get the same.
    return Response.json(
      { error: { type: 'api_error', message } },
      { status: 500, headers: { 'stripe-should-retry': 'false' } },
    );
  };
}

const ERROR_TYPES = ['api_error', 'card_error', 'idempotency_error', 'invalid_request_error'];

function problemsOf(
  answer: unknown,
  { rules, isOk }: { readonly rules: Rules; readonly isOk: boolean },
): Problem[] {
  const values = answer as Readonly<Record<string, unknown>>;
  // What the stream of meter events answers.
  if (isOk) return Object.keys(values).length === 0 ? [] : findProblems(answer, rules);
  const error = values['error'] as Readonly<Record<string, unknown>> | undefined;
  const found: Problem[] = [];
  if (typeof error?.['message'] !== 'string') found.push('error.message is not a text');
  const type = error?.['type'];
  if (type !== undefined && !ERROR_TYPES.some((known) => known === type)) {
    found.push(`error.type is ${JSON.stringify(type)}`);
  }
  for (const part of ['payment_intent', 'setup_intent', 'payment_method']) {
    if (error?.[part] !== undefined) found.push(...findProblems(error[part], rules));
  }
  return found;
}

interface Judging {
  readonly rules: Rules;
  readonly problems: Problem[];
  /** The newest event that has been judged. */
  readonly seen: string | undefined;
}

/** Judges the events that came after those that were judged; answers the newest. */
async function judgeEvents(url: string, { rules, problems, seen }: Judging) {
  let newest: string | undefined;
  let last: string | undefined;
  for (;;) {
    const after = last === undefined ? '' : `&starting_after=${last}`;
    const response = await fetch(`${url}/v1/events?limit=100${after}`, {
      headers: { authorization: `Bearer ${KEY}` },
    });
    const page = (await response.json()) as Stripe.ApiList<Stripe.Event>;
    newest ??= page.data[0]?.id;
    for (const event of page.data) {
      if (event.id === seen) return newest;
      problems.push(...findProblems(event, rules));
    }
    if (!page.has_more) return newest ?? seen;
    last = page.data.at(-1)!.id;
  }
}

const MOST_SHOWN = 20;

function describe(problems: readonly Problem[]): string {
  const shown = problems.slice(0, MOST_SHOWN).map((problem) => `  ${problem}`);
  const more = problems.length > MOST_SHOWN ? [`  and ${problems.length - MOST_SHOWN} more`] : [];
  return ['not as the SDK declares it:', ...shown, ...more].join('\n');
}
