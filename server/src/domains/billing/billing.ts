import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { RawRoute } from '../../platform/routes.ts';
import type { CommandDependencies } from '../access/index.ts';
import type { PaymentGateway } from './gateway/gateway.ts';
import { createIntake } from './inbox/intake.ts';
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
}

export interface Billing {
  readonly projector: Projector;
  readonly rawRoutes: readonly RawRoute[];
}

/** What Stripe tells, and what follows from it. */
export function createBilling(options: BillingOptions): Billing {
  const projector = createProjector(options);
  return {
    projector,
    rawRoutes: inboxRoutes(createIntake(options)),
  };
}
