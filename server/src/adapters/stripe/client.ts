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
    ...(options.apiBase !== undefined && addressOf(options.apiBase)),
  });
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
