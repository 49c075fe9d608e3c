import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Job } from '../../platform/jobs.ts';
import type { RawRoute, Route, Staff } from '../../platform/routes.ts';
import type { Consumer } from '../outbox/index.ts';
import { staffJobs } from './jobs.ts';
import { lettersConsumer } from './mail/consumer.ts';
import type { Letters } from './mail/letters.ts';
import {
  ensureFirstOwner,
  type FirstOwner,
  type FirstOwnerOutcome,
} from './members/first-owner.ts';
import type { IdentityProvider } from './oidc/provider.ts';
import { createOperator, type Operator } from './operator.ts';
import type { StaffParts } from './parts.ts';
import type { ServerInfo } from './routes/answers.ts';
import { grantingRoutes } from './routes/granting-routes.ts';
import { linkRoutes } from './routes/link-routes.ts';
import { memberRoutes } from './routes/member-routes.ts';
import { oidcRoutes } from './routes/oidc-routes.ts';
import { ownRoutes } from './routes/own-routes.ts';
import { sessionRoutes } from './routes/session-routes.ts';
import { createCipher } from './second-factor/cipher.ts';
import { findBySession, useSession } from './sessions/sessions.ts';
import { createHasher, TEST_COST, USUAL_COST } from './sign-in/hasher.ts';
import { findByToken } from './tokens/tokens.ts';

export interface StaffOptions {
  readonly database: Database;
  /** By which sessions, codes and links run; the machine's, where the business has another. */
  readonly clock: Clock;
  /** What second factors are encrypted with. */
  readonly encryptionKey: string;
  readonly publicUrl: () => string;
  readonly server: ServerInfo;
  readonly letters: Letters;
  readonly provider?: IdentityProvider | undefined;
  /** Only where nobody attacks: tests wait for many. */
  readonly hasCheapHashes?: boolean;
}

export interface StaffDomain {
  /** Who a cookie belongs to, by rows as they are now; for what is under way already. */
  bySession(secret: string): Promise<Staff | undefined>;
  /** The same for whoever does something, by which their session is not idle. */
  useSession(secret: string): Promise<Staff | undefined>;
  byToken(secret: string): Promise<Staff | undefined>;
  /** Whether somebody proved who they are so lately that what is sensitive is open to them. */
  isFresh(staff: Staff): boolean;
  ensureFirstOwner(owner: FirstOwner | undefined, nowMs: number): Promise<FirstOwnerOutcome>;
  readonly operator: Operator;
  readonly routes: readonly Route[];
  readonly rawRoutes: readonly RawRoute[];
  readonly jobs: readonly Job[];
  readonly consumers: readonly Consumer[];
}

export function createStaff(options: StaffOptions): StaffDomain {
  const { database, clock, publicUrl, letters, provider, server } = options;
  const parts: StaffParts = {
    database,
    clock,
    publicUrl,
    provider,
    hasher: createHasher(options.hasCheapHashes === true ? TEST_COST : USUAL_COST),
    cipher: createCipher(options.encryptionKey),
  };
  const showing = { parts, server };
  return {
    bySession: (secret) => findBySession(database, secret, clock.nowMs()),
    useSession: (secret) => useSession(database, secret, clock.nowMs()),
    byToken: (secret) => findByToken(database, secret, clock.nowMs()),
    isFresh: ({ provedMs }) => provedMs !== undefined && clock.nowMs() - provedMs < FRESH_MS,
    ensureFirstOwner: (owner, nowMs) => ensureFirstOwner(parts, owner, nowMs),
    operator: createOperator(parts),
    routes: [
      ...sessionRoutes(showing),
      ...linkRoutes(showing),
      ...ownRoutes(showing),
      ...memberRoutes(parts),
      ...grantingRoutes(parts),
    ],
    rawRoutes: oidcRoutes(parts),
    jobs: staffJobs(database, clock),
    consumers: [lettersConsumer(parts, letters)],
  };
}

/** For how long a proof of identity is good for what is sensitive. */
const FRESH_MS = 15 * 60_000;
