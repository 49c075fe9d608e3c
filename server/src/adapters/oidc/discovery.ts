import { IDENTITY_REFUSED } from '../../domains/staff/index.ts';
import { AppError } from '../../platform/errors.ts';

/** Where an issuer takes what, as it says itself. */
export interface Discovered {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  /** Whether the secret goes into a header; else into the body. */
  readonly takesBasic: boolean;
}

const TIMEOUT_MS = 5_000;
/** Endpoints hardly ever move; when they do, nobody should have to restart anything. */
const KEPT_MS = 3_600_000;

/** OpenID Connect Discovery 1.0, section 4. */
export function createDiscovery(issuer: string): () => Promise<Discovered> {
  let known: { readonly found: Promise<Discovered>; readonly sinceMs: number } | undefined;
  return async () => {
    const present = performance.now();
    if (known === undefined || present - known.sinceMs > KEPT_MS) {
      known = { found: discover(issuer), sinceMs: present };
    }
    try {
      return await known.found;
    } catch (fault) {
      known = undefined;
      const message = 'The other system cannot be asked at this moment.';
      throw new AppError(IDENTITY_REFUSED, { message }, fault);
    }
  };
}

async function discover(issuer: string): Promise<Discovered> {
  const response = await fetch(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new TypeError(`the issuer answers ${response.status}`);
  const said = (await response.json()) as Readonly<Record<string, unknown>>;
  const textOf = (name: string): string => {
    const value = said[name];
    if (typeof value !== 'string') throw new TypeError(`the issuer does not say its ${name}`);
    return value;
  };
  // Else one issuer could pass itself off as another.
  if (textOf('issuer') !== issuer) throw new TypeError('the issuer says that it is another');
  const methods = said['token_endpoint_auth_methods_supported'];
  return {
    issuer,
    authorizationEndpoint: textOf('authorization_endpoint'),
    tokenEndpoint: textOf('token_endpoint'),
    jwksUri: textOf('jwks_uri'),
    takesBasic: !Array.isArray(methods) || methods.includes('client_secret_basic'),
  };
}
