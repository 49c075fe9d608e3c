/** The package brings no types of its own; these are what the tests use of it. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface Account {
    readonly accountId: string;
    claims(): Readonly<Record<string, unknown>>;
  }

  interface Settings {
    readonly clients: readonly Readonly<Record<string, unknown>>[];
    readonly claims: Readonly<Record<string, readonly string[]>>;
    readonly conformIdTokenClaims: boolean;
    readonly features: Readonly<Record<string, { readonly enabled: boolean }>>;
    readonly pkce: { readonly required: () => boolean };
    findAccount(context: unknown, id: string): Account | undefined;
  }

  export default class Provider {
    constructor(issuer: string, settings: Settings);
    callback(): RequestListener;
  }
}
