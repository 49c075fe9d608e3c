import type { Exchange } from '../../platform/routes.ts';

/** While a code is awaited. */
export const CHALLENGE_COOKIE = '__Host-wf_staff_code';
/** Of a browser that is asked for no code. */
export const DEVICE_COOKIE = '__Host-wf_staff_device';
/** Of the browser that has gone to be vouched for elsewhere. */
export const OIDC_COOKIE = '__Host-wf_staff_oidc';

export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly maxAgeMs: number;
}

/** Out of reach of scripts, of plain HTTP and of other sites' requests. */
export function cookieText({ name, value, maxAgeMs }: Cookie): string {
  const seconds = Math.floor(maxAgeMs / 1_000);
  return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; Secure; SameSite=Lax`;
}

export function setCookie(exchange: Exchange, cookie: Cookie): void {
  exchange.setHeader('set-cookie', cookieText(cookie));
}

export function dropCookie(exchange: Exchange, name: string): void {
  setCookie(exchange, { name, value: '', maxAgeMs: 0 });
}
