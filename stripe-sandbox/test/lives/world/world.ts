import type Stripe from 'stripe';
import { emptyHash } from '../../../src/http/form.ts';
import { openLocalSandbox, type LocalSandbox } from '../../../src/sandbox.ts';
import type { Judge } from './judge.ts';
import { connectDirectly, connectLocally, listAtOnce } from './clients.ts';

type Query = Readonly<Record<string, string>>;

/** What a life is lived in: a sandbox of its own. */
export interface World {
  readonly stripe: Stripe;
  /** A POST to one of the sandbox's own controls, such as `/_sandbox/settings`. */
  control(path: string, form: Query): Promise<void>;
  /** All that a path lists. */
  list<T>(path: string, query: Query): Promise<readonly T[]>;
  settled(): Promise<void>;
}

export interface LocalWorld extends World {
  /** What was not as declared, and the sandbox's own faults, since it was asked last. */
  takeProblems(): string[];
  close(): void;
}

export interface WorldOptions {
  readonly seed: string;
  readonly judge: Judge;
  /** Whether everything is asked through the API and the SDK, and judged; most lives are not. */
  readonly isJudged: boolean;
}

/** Of the sandbox's own clock, by which no customer of a life goes. */
const NOW_MS = 1_760_000_000_000;

export function createWorld({ seed, judge, isJudged }: WorldOptions): LocalWorld {
  const faults: string[] = [];
  const sandbox = openLocalSandbox({
    seed,
    clock: () => NOW_MS,
    onFault: (error) => faults.push(`the sandbox has a fault: ${textOf(error)}`),
  });
  const connection = { sandbox, onExchange: judge.exchange };
  const stripe = isJudged ? connectLocally(connection) : connectDirectly(connection);
  return {
    stripe,
    control: (path, form) => control(sandbox, path, form),
    list: async <T>(path: string, query: Query) =>
      isJudged
        ? listByPages<T>(stripe, path, query)
        : (listAtOnce(sandbox, path, query) as Stripe.ApiList<T>).data,
    settled: () => sandbox.settled(),
    takeProblems: () => [...faults.splice(0), ...judge.takeProblems()],
    close: () => sandbox.close(),
  };
}

async function control(sandbox: LocalSandbox, path: string, form: Query): Promise<void> {
  const answer = await sandbox.answerOwn({
    method: 'POST',
    url: new URL(path, 'http://sandbox.invalid'),
    form: Object.assign(emptyHash(), form),
    rawForm: '',
    requestId: sandbox.newRequestId(),
    isTrusted: true,
  });
  if (answer?.status !== 200) throw new Error(`${path}: ${answer?.body}`);
}

interface Identified {
  readonly id: string;
}

async function listByPages<T>(stripe: Stripe, path: string, query: Query): Promise<readonly T[]> {
  const listed: (T & Identified)[] = [];
  for (;;) {
    const last = listed.at(-1);
    const after = last === undefined ? {} : { starting_after: last.id };
    const text = new URLSearchParams({ ...query, limit: '100', ...after }).toString();
    const page = await stripe.rawRequest('GET', `${path}?${text}`);
    const { data, has_more } = page as unknown as Stripe.ApiList<T & Identified>;
    listed.push(...data);
    if (!has_more) return listed;
  }
}

export function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
