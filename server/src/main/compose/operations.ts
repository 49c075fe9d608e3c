import type { Logger } from 'pino';
import type { Clock } from '@whisperforge/kernel/clock';
import type { CommandDependencies } from '../../domains/access/index.ts';
import type { Accounts } from '../../domains/accounts/index.ts';
import {
  createOperations,
  type Operations,
  type OperationsOptions,
} from '../../domains/billing/index.ts';
import type { GaugeSource } from '../../http/index.ts';
import type { Database } from '../../platform/database.ts';
import type { Config } from '../config.ts';

interface OperationsParts {
  readonly config: Config;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly commands: CommandDependencies;
  readonly accounts: Accounts;
}

type Billed = Pick<OperationsOptions, 'gateway' | 'projector' | 'effects' | 'onStored'>;

/** What keeps this system and Stripe of one mind, with the log told of what it finds. */
export function composeOperations(parts: OperationsParts, billed: Billed): Operations {
  const { config, database, clock, logger, commands, accounts } = parts;
  return createOperations({
    ...billed,
    database,
    clock,
    accounts,
    access: commands,
    hasStaff: config.mail.staffEmail !== undefined,
    onSwept(report) {
      if (report.found === 0) return;
      if (report.isFirst) logger.info(report, 'what Stripe has told of lately is known');
      else logger.warn(report, 'Stripe had events that it had not told of');
    },
    onReconciled({ customers: _customers, ...report }) {
      if (report.outcome === 'stopped') {
        logger.error(report, 'reconciliation with Stripe has stopped: too many would disappear');
      } else if (report.outcome !== 'equal') {
        logger.warn(report, 'reconciliation with Stripe has found differences');
      }
    },
    onSweepFailed: (err) => logger.warn({ err }, 'Stripe cannot be asked for what was missed'),
  });
}

/** How the inbox stands, for those who watch. */
export function inboxGauges({ inspection }: Operations, nowMs: () => number): GaugeSource {
  const secondsSince = (ms: number | null): number =>
    ms === null ? 0 : Math.max(0, nowMs() - ms) / 1_000;
  return {
    gauges: {
      stripe_events_waiting: 'Events of Stripe that are stored and not handled yet.',
      stripe_events_failed: 'Events of Stripe that are not tried any more until replayed.',
      stripe_events_oldest_waiting_seconds: 'For how long the oldest of those has been waiting.',
      stripe_customers_in_trouble: 'Customers who could not be brought up to date at last.',
      stripe_sweep_last_run_timestamp_seconds: 'When Stripe was last asked for what was missed.',
      stripe_sweep_last_found: 'Events that the last sweep has found.',
      stripe_reconciliation_stopped: '1 where the last reconciliation has stopped.',
    },
    async read() {
      const status = await inspection.status();
      return {
        stripe_events_waiting: status.waiting,
        stripe_events_failed: status.failed,
        stripe_events_oldest_waiting_seconds: secondsSince(status.oldestWaitingMs),
        stripe_customers_in_trouble: status.customersInTrouble,
        stripe_sweep_last_run_timestamp_seconds: (status.lastSweepMs ?? 0) / 1_000,
        stripe_sweep_last_found: status.lastSweepFound ?? 0,
        stripe_reconciliation_stopped: status.lastReconciliation?.outcome === 'stopped' ? 1 : 0,
      };
    },
  };
}
