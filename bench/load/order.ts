import type { Latencies } from './histogram.ts';

/** What a request asks; each has its own body. */
export type Question =
  'user' | 'check' | 'check_boolean' | 'track' | 'reserve' | 'reserve_commit' | 'batch';

/** What the process that makes the load is told to do. */
export interface LoadOrder {
  readonly question: Question;
  readonly path: string;
  /** Whether the route does nothing but take the question and answer `{}`. */
  readonly isEmptyRoute: boolean;
  /** Users are drawn from this many. */
  readonly users: number;
  /** Or all requests are about this one. */
  readonly onlyUser?: number;
  readonly connections: number;
  /** In an order of requests the warm-up is none, and users come in the order of their numbers. */
  readonly extent:
    | { readonly kind: 'time'; readonly warmUpMs: number; readonly measureMs: number }
    | { readonly kind: 'requests'; readonly requests: number };
}

/** What came of it. */
export interface LoadResult {
  /** Within the measured time. */
  readonly elapsedMs: number;
  readonly requests: number;
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
  | { readonly kind: 'progress'; readonly requests: number }
  | { readonly kind: 'done'; readonly result: LoadResult }
  | { readonly kind: 'failed'; readonly message: string };
