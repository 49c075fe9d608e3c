import type { Job, Round } from '../../../platform/jobs.ts';
import type { Reconciler, ReconcileReport } from './reconcile/reconcile.ts';
import type { Sweep, SweepReport } from './sweep.ts';

export interface SweepJobsOptions {
  readonly sweep: Sweep;
  readonly reconciler: Reconciler;
  readonly onSwept: (report: SweepReport) => void;
  readonly onReconciled: (report: ReconcileReport) => void;
  /** Told when Stripe does not answer at the start; the next tick asks again. */
  readonly onFailure: (error: unknown) => void;
}

export interface SweepJobs {
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
}

/** Every few minutes, and at once where a worker starts: what was missed while none was there. */
export function sweepJobs(options: SweepJobsOptions): SweepJobs {
  const { sweep, reconciler, onSwept, onReconciled, onFailure } = options;
  let hasStarted = false;
  return {
    jobs: [
      {
        name: 'stripe_sweep',
        schedule: '*/5 * * * *',
        run: async ({ signal }) => onSwept(await sweep.run({ signal })),
      },
      {
        name: 'stripe_reconcile',
        schedule: '23 4 * * *',
        run: async ({ signal }) =>
          onReconciled(await reconciler.run({ startedBy: 'job', applies: true, signal })),
      },
    ],
    rounds: [
      {
        name: 'what Stripe told before the start',
        async work(signal) {
          if (hasStarted) return 0;
          hasStarted = true;
          const swept = sweep.run({ signal }).then(onSwept, onFailure);
          // Whoever stops does not wait for a Stripe that does not answer.
          const stopped = Promise.withResolvers<void>();
          signal.addEventListener('abort', () => stopped.resolve(), { once: true });
          await Promise.race([swept, stopped.promise]);
          return 0;
        },
      },
    ],
  };
}
