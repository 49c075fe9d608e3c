import type { Latencies } from './histogram.ts';

/** What a request asks; each has its own body. */
export type Question =
  'check' | 'check_boolean' | 'track' | 'reserve' | 'reserve_commit' | 'batch' | 'webhook';

/** Whom requests are about: users below a number, by chance or in turn, or one of them. */
export type DrawnUsers =
  | { readonly kind: 'some' | 'in_turn'; readonly below: number }
  | { readonly kind: 'one'; readonly number: number };

/** What the process that makes the load is told to do. */
export interface LoadOrder {
  readonly question: Question;
  readonly path: string;
  /** Whether the route does nothing but take the question and answer `{}`. */
  readonly isEmptyRoute: boolean;
  readonly users: DrawnUsers;
  readonly connections: number;
  /** An order of so many questions is measured from the first to the last. */
  readonly extent:
    | { readonly kind: 'time'; readonly warmUpMs: number; readonly measureMs: number }
    | { readonly kind: 'questions'; readonly questions: number };
}

/** What came of it. */
export interface LoadResult {
  /** Within the measured time. */
  readonly elapsedMs: number;
  /** Requests, events or pairs of requests, as the question counts. */
  readonly units: number;
  readonly latencies: Latencies;
  /** Of the process that makes the load. */
  readonly cpuMs: number;
  /** All of it, the warm-up too: by the number of the user, what was acknowledged. */
  readonly acknowledged: Acknowledged;
}

export interface Acknowledged {
  readonly events: number;
  /** Events of Stripe's. */
  readonly webhooks: number;
  /** Amounts booked and amounts held, by the number of the user. */
  readonly booked: Float64Array;
  readonly held: Float64Array;
}

export interface LoadStart {
  readonly host: string;
  readonly port: number;
  readonly secretKey: string;
  /** Users have the numbers below this. */
  readonly mostUsers: number;
}

export type ToLoad =
  | { readonly kind: 'start'; readonly start: LoadStart }
  | { readonly kind: 'run'; readonly order: LoadOrder };

export type FromLoad =
  | { readonly kind: 'ready' }
  /** The measured time begins; it ends with `measured`. */
  | { readonly kind: 'measuring' }
  | { readonly kind: 'measured' }
  | { readonly kind: 'progress'; readonly answers: number }
  | { readonly kind: 'done'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
