import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Exchange } from '../../platform/routes.ts';
import type { Actor } from '../audit/index.ts';
import type { IdentityProvider } from './oidc/provider.ts';
import type { Cipher } from './second-factor/cipher.ts';
import type { Hasher } from './sign-in/hasher.ts';

/** What the parts of this domain stand on. */
export interface StaffParts {
  readonly database: Database;
  /** By which sessions and codes run. */
  readonly clock: Clock;
  readonly hasher: Hasher;
  readonly cipher: Cipher;
  /** Where browsers reach this server. */
  readonly publicUrl: () => string;
  /** Undefined where nobody else vouches for members. */
  readonly provider: IdentityProvider | undefined;
}

/** From where and when somebody who is not signed in asks. */
export interface Visit {
  readonly address: string;
  readonly userAgent: string;
  readonly requestId: string;
  readonly nowMs: number;
}

/** Who changes something, and when. */
export interface By {
  readonly actor: Actor;
  readonly nowMs: number;
}

export function visitOf(
  exchange: Exchange,
  { requestId, nowMs }: { readonly requestId: string; readonly nowMs: number },
): Visit {
  const userAgent = exchange.header('user-agent') ?? '';
  return { address: exchange.address, userAgent, requestId, nowMs };
}

/** A member, or nobody we know, who proves who they are. */
export function visitorOf(staffId: number | undefined, visit: Visit): Actor {
  const { requestId, address } = visit;
  if (staffId === undefined) return { kind: 'system', id: 'sign-in', requestId, address };
  return { kind: 'staff', id: String(staffId), requestId, address };
}
