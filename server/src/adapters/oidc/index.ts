export { createOidcProvider, type OidcOptions } from './oidc-provider.ts';
