import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Bell } from '../../platform/jobs.ts';
import type { RawRoute } from '../../platform/routes.ts';
import type { CommandDependencies } from '../access/index.ts';
import type { PaymentGateway } from './gateway/gateway.ts';
import { createIntake } from './inbox/intake.ts';
import { createNaming, type Naming } from './inbox/name-customers.ts';
import { inboxRoutes } from './inbox/routes.ts';
import type { Effect } from './projection/effect.ts';
import { createProjector, type ProjectionFailure, type Projector } from './projection/projector.ts';

export interface BillingOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly gateway: PaymentGateway;
  readonly access: CommandDependencies;
  /** What else follows when a customer is found to be other than before. */
  readonly effects: readonly Effect[];
  readonly onFailure: (failure: ProjectionFailure) => void;
  /** Told when an event has come in, so that nobody waits for the next round. */
  readonly onStored: () => void;
  /** Rung where customers have become due, whoever has stored that. */
  readonly bell?: Bell;
  /** Whether anybody of the staff is to be told of what needs a person. */
  readonly hasStaff?: boolean;
  /** For how long a customer is taken at a time. */
  readonly leaseMs?: number;
  /** For how long Stripe may take to answer before another may try. */
  readonly longestReadMs?: number;
}

export interface Billing {
  readonly projector: Projector;
  readonly naming: Naming;
  readonly rawRoutes: readonly RawRoute[];
}

/** What Stripe tells, and what follows from it. */
export function createBilling(options: BillingOptions): Billing {
  const projector = createProjector(options);
  return {
    projector,
    naming: createNaming(options),
    rawRoutes: inboxRoutes(createIntake(options)),
  };
}
