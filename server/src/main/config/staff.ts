import { passwordFault } from '../../domains/staff/index.ts';
import type { Environment, Reader } from './reader.ts';

export interface OidcConfig {
  readonly name: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Who signs in to the portal, and how. */
export interface StaffConfig {
  /** Who is the owner where there is none yet. */
  readonly firstOwner: { readonly email: string; readonly password: string } | undefined;
  /** What secrets are encrypted with that must be read again; in production always said. */
  readonly encryptionKey: string | undefined;
  /** Another system that vouches for members. */
  readonly oidc: OidcConfig | undefined;
}

interface Reading {
  readonly environment: Environment;
  readonly faults: string[];
}

export function readStaff(read: Reader, { environment, faults }: Reading): { staff: StaffConfig } {
  const encryptionKey = read.secret('ENCRYPTION_KEY');
  if (encryptionKey !== undefined && !/^[!-~]{32,255}$/.test(encryptionKey)) {
    faults.push('ENCRYPTION_KEY needs 32 to 255 visible ASCII characters without spaces.');
  }
  const firstOwner = readFirstOwner(read, { environment, faults });
  return { staff: { firstOwner, encryptionKey, oidc: readOidc(read, { environment, faults }) } };
}

/** What a developer picks for their own machine is their business. */
function readFirstOwner(read: Reader, { environment, faults }: Reading): StaffConfig['firstOwner'] {
  const email = read.text('ADMIN_EMAIL');
  const password = read.secret('ADMIN_PASSWORD');
  if (email !== undefined && !/^[^<>@\s]+@[^<>@\s]+$/.test(email)) {
    faults.push('ADMIN_EMAIL is no mail address, such as ada@example.com.');
  }
  if (email === undefined || password === undefined) {
    if (environment === 'production' && email !== undefined) {
      faults.push('ADMIN_PASSWORD is missing: ADMIN_EMAIL names somebody who could not sign in.');
    }
    if (environment === 'production' && password !== undefined) {
      faults.push('ADMIN_EMAIL is missing: ADMIN_PASSWORD is of nobody.');
    }
    return undefined;
  }
  const fault = passwordFault(password, email);
  if (fault !== undefined) faults.push(`ADMIN_PASSWORD is weak. ${fault}`);
  return { email, password };
}

function readOidc(read: Reader, { environment, faults }: Reading): OidcConfig | undefined {
  const issuer = read.text('OIDC_ISSUER');
  const clientId = read.text('OIDC_CLIENT_ID');
  const clientSecret = read.secret('OIDC_CLIENT_SECRET');
  const name = read.text('OIDC_NAME') ?? 'Single sign-on';
  if (issuer === undefined) return undefined;
  const url = URL.parse(issuer);
  const isSafe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && environment !== 'production');
  if (!isSafe) faults.push('OIDC_ISSUER is no address that begins with https://.');
  if (clientId === undefined) faults.push('OIDC_CLIENT_ID is missing: OIDC_ISSUER is set.');
  if (clientSecret === undefined) faults.push('OIDC_CLIENT_SECRET is missing: OIDC_ISSUER is set.');
  if (clientId === undefined || clientSecret === undefined) return undefined;
  return { name, issuer, clientId, clientSecret };
}
