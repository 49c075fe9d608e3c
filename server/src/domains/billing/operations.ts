import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../platform/database.ts';
import type { Route } from '../../platform/routes.ts';
import type { CommandDependencies } from '../access/index.ts';
import type { Accounts } from '../accounts/index.ts';
import type { PaymentGateway } from './gateway/gateway.ts';
import { createImporter, type Importer } from './import/import.ts';
import { createInspection, type Inspection } from './inbox/inspection.ts';
import type { Effect } from './projection/effect.ts';
import type { Projector } from './projection/projector.ts';
import { askedRound } from './sweep/asked/round.ts';
import { askedRoutes } from './sweep/asked/routes.ts';
import { sweepJobs, type SweepJobs } from './sweep/jobs.ts';
import {
  createReconciler,
  type Reconciler,
  type ReconcileReport,
} from './sweep/reconcile/reconcile.ts';
import { createSweep, type Sweep, type SweepReport } from './sweep/sweep.ts';

export interface OperationsOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  readonly access: CommandDependencies;
  readonly accounts: Accounts;
  readonly projector: Projector;
  /** As the projector's. */
  readonly effects: readonly Effect[];
  /** Told when there is something to look at. */
  readonly onStored: () => void;
  /** Whether anybody of the staff is to be told of what needs a person. */
  readonly hasStaff: boolean;
  /** Told what the jobs have done, for the log. */
  readonly onSwept: (report: SweepReport) => void;
  readonly onReconciled: (report: ReconcileReport) => void;
  readonly onSweepFailed: (error: unknown) => void;
}

/** What those who run this do with Stripe, and what goes on by itself. */
export interface Operations extends SweepJobs {
  readonly inspection: Inspection;
  readonly sweep: Sweep;
  readonly reconciler: Reconciler;
  readonly importer: Importer;
  /** Makes one customer that was at Stripe before the account's, or brings them up to date. */
  readonly adopt: Projector['adopt'];
  /** What staff ask of the reconciler. */
  readonly routes: readonly Route[];
}

export function createOperations(options: OperationsOptions): Operations {
  const { database, access } = options;
  const sweep = createSweep(options);
  const reconciler = createReconciler(options);
  const { jobs, rounds } = sweepJobs({
    ...options,
    sweep,
    reconciler,
    onFailure: options.onSweepFailed,
  });
  return {
    inspection: createInspection({ database }),
    sweep,
    reconciler,
    importer: createImporter({ ...options, catalog: access.catalog }),
    adopt: (customerId, accountId) => options.projector.adopt(customerId, accountId),
    routes: askedRoutes(database),
    jobs,
    rounds: [...rounds, askedRound({ ...options, reconciler })],
  };
}
