import type { ErrorCode } from '../../../platform/errors.ts';

/** Another system that knows members of staff, by OpenID Connect. */
export interface IdentityProvider {
  /** As the button says it. */
  readonly name: string;
  /** Where a browser goes to be vouched for. */
  authorizationUrl(request: VouchingRequest): Promise<string>;
  /** What a browser has brought back is worth; throws `identity_refused`. */
  identify(answer: VouchingAnswer): Promise<Vouched>;
}

export interface VouchingRequest {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

export interface VouchingAnswer {
  readonly code: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly redirectUri: string;
}

/** Somebody, as the other system has signed. */
export interface Vouched {
  readonly issuer: string;
  readonly subject: string;
  /** Only where the other system says that it has verified it. */
  readonly email: string | undefined;
  readonly name: string | undefined;
}

export const IDENTITY_REFUSED: ErrorCode = { code: 'identity_refused', kind: 'unauthenticated' };
