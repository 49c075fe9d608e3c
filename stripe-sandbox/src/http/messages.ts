import type { FormHash } from './form.ts';

/** A request as it came in, read as far as every one is read. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly form: FormHash;
  /** What came as query or body, as it was sent. */
  readonly rawForm: string;
  readonly idempotencyKey: string | null;
  readonly requestId: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly body: string;
  /** The request that was answered before under the same idempotency key, where it was. */
  readonly originalRequest?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The connection is to be reset instead, or never to be answered. */
  readonly breaks?: 'reset' | 'silence';
}

/** A page or a control of the sandbox's own, beside the API. */
export interface OwnRequest {
  readonly method: string;
  readonly url: URL;
  readonly form: FormHash;
  /** What came as query or body, as it was sent. */
  readonly rawForm: string;
  readonly requestId: string;
  /** Whether it came from this machine or with a key. */
  readonly isTrusted: boolean;
}

export interface OwnResponse {
  readonly status: number;
  readonly type: 'text/html' | 'application/json';
  readonly body: string;
  readonly location?: string;
}
