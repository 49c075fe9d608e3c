import {
  IDENTITY_REFUSED,
  type IdentityProvider,
  type Vouched,
  type VouchingAnswer,
} from '../../domains/staff/index.ts';
import { AppError } from '../../platform/errors.ts';
import { createDiscovery, type Discovered } from './discovery.ts';

export interface OidcOptions {
  /** As the button says it. */
  readonly name: string;
  /** Such as `https://accounts.google.com`. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Loaded at the first sign-in: most installations never need it, and it takes a while. */
const loadHelpers = () => import('better-auth/oauth2');

const SCOPES = ['openid', 'email', 'profile'];
/** Only what is signed with a key that the other side alone has. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'EdDSA',
];
const CLOCK_TOLERANCE_SECONDS = 30;
const TIMEOUT_MS = 10_000;

/** Any system that speaks OpenID Connect: code flow, with PKCE, a nonce and a signed token. */
export function createOidcProvider(options: OidcOptions): IdentityProvider {
  const discover = createDiscovery(options.issuer);
  const client = { clientId: options.clientId, clientSecret: options.clientSecret };
  return {
    name: options.name,
    async authorizationUrl({ redirectUri, ...request }) {
      const found = await discover();
      const { createAuthorizationURL } = await loadHelpers();
      const url = await createAuthorizationURL({
        ...request,
        id: 'oidc',
        options: client,
        authorizationEndpoint: found.authorizationEndpoint,
        redirectURI: redirectUri,
        scopes: SCOPES,
      });
      return url.href;
    },
    async identify(answer) {
      const found = await discover();
      try {
        const idToken = await inTime(redeem(found, { client, answer }));
        return await inTime(verify(found, { client, answer, idToken }));
      } catch (fault) {
        const message = 'The other system does not vouch for this sign-in.';
        throw new AppError(IDENTITY_REFUSED, { message }, fault);
      }
    },
  };
}

interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

async function redeem(
  found: Discovered,
  { client, answer }: { readonly client: Client; readonly answer: VouchingAnswer },
): Promise<string> {
  const { validateAuthorizationCode } = await loadHelpers();
  const { idToken } = await validateAuthorizationCode({
    code: answer.code,
    codeVerifier: answer.codeVerifier,
    redirectURI: answer.redirectUri,
    tokenEndpoint: found.tokenEndpoint,
    authentication: found.takesBasic ? 'basic' : 'post',
    options: client,
  });
  if (idToken === undefined) throw new TypeError('the answer holds no id token');
  return idToken;
}

interface Verifying {
  readonly client: Client;
  readonly answer: VouchingAnswer;
  readonly idToken: string;
}

/** OpenID Connect Core 1.0, section 3.1.3.7. */
async function verify(
  { issuer, jwksUri }: Discovered,
  { client, answer, idToken }: Verifying,
): Promise<Vouched> {
  const { validateToken } = await loadHelpers();
  const { payload } = await validateToken(idToken, jwksUri, {
    issuer,
    audience: client.clientId,
    algorithms: ALGORITHMS,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  });
  const { sub, nonce, azp, email, email_verified: isVerified, name } = payload;
  if (nonce !== answer.nonce) throw new TypeError('the token answers another request');
  if (azp !== undefined && azp !== client.clientId) throw new TypeError('it is for another client');
  if (sub === undefined) throw new TypeError('the token names nobody');
  return {
    issuer,
    subject: sub,
    email: isVerified === true && typeof email === 'string' ? email : undefined,
    name: typeof name === 'string' && name !== '' ? name.slice(0, LONGEST_NAME) : undefined,
  };
}

const LONGEST_NAME = 100;

/** Whoever signs in waits for it. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('no answer came in time')), TIMEOUT_MS);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
