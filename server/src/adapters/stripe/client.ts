import Stripe from 'stripe';
import { assert } from '@whisperforge/kernel/assert';

/** The version that everything here is written for; the SDK's own. */
export const API_VERSION = '2026-10-28.endive';

export interface StripeClientOptions {
  readonly secretKey: string;
  /** Another address than Stripe's own: the sandbox's. */
  readonly apiBase: string | undefined;
  /** The SDK repeats what failed by the network or by too many requests, under the same key. */
  readonly networkRetries?: number;
  readonly timeoutMs?: number;
}

const NETWORK_RETRIES = 2;
const TIMEOUT_MS = 20_000;

export function openStripe(options: StripeClientOptions): Stripe {
  return new Stripe(options.secretKey, {
    apiVersion: API_VERSION,
    maxNetworkRetries: options.networkRetries ?? NETWORK_RETRIES,
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    telemetry: false,
    httpClient: answersOfStripe(Stripe.createNodeHttpClient()),
    ...(options.apiBase !== undefined && addressOf(options.apiBase)),
  });
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * The SDK takes any JSON without an `error` for what was asked for, be it of a proxy that is in the
 * way: a 404 of its own, or a page that says 200. Nothing is known after such an answer, and it is
 * told like one that is no JSON at all.
 */
function answersOfStripe(client: HttpClient): HttpClient {
  return {
    getClientName: () => client.getClientName(),
    async makeRequest(...request) {
      const response = await client.makeRequest(...request);
      const read = (): Promise<unknown> => response.toJSON();
      const toJSON = async (): Promise<unknown> => {
        const answer = await read();
        if (isOfStripe(answer, response.getStatusCode())) return answer;
        throw new TypeError('what answers at the address of Stripe is not Stripe');
      };
      // The response reads its own state, which a copy would not have.
      return new Proxy(response, {
        get(target, name: keyof typeof response) {
          if (name === 'toJSON') return toJSON;
          const member: unknown = target[name];
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    },
  };
}

/** Objects and lists of Stripe's say what they are, and its errors of which type they are. */
function isOfStripe(answer: unknown, status: number): boolean {
  if (status < 300) return textOf(answer, 'object') !== undefined;
  return textOf(memberOf(answer, 'error'), 'type') !== undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const member = memberOf(value, name);
  return typeof member === 'string' ? member : undefined;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

function addressOf(apiBase: string): { host: string; port: number; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(apiBase);
  assert(protocol === 'http:' || protocol === 'https:', 'STRIPE_API_BASE is checked at the start');
  const isPlain = protocol === 'http:';
  return {
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? 'http' : 'https',
  };
}

/** Live keys say so in their second part: `sk_live_…`, `rk_live_…`. */
export function isLiveKey(secretKey: string): boolean {
  return /^[a-z]+_live_/.test(secretKey);
}
