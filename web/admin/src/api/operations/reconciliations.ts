import { queryOptions } from '@tanstack/react-query';
import { ask, segment } from '../request.ts';

/** A comparison of everybody with Stripe that somebody of the staff has asked for. */
export interface Reconciliation {
  readonly id: number;
  readonly staff_id: number;
  readonly reason: string;
  readonly dry_run: boolean;
  readonly state: string;
  readonly asked_at: string;
  readonly ended_at: string | null;
  readonly compared: number | null;
  readonly different: number | null;
  readonly mended: number | null;
  readonly fault: string | null;
}

export interface WholeReconciliation extends Reconciliation {
  readonly customers: readonly {
    readonly stripe_customer_id: string;
    readonly account_id: number | null;
    readonly is_mended: boolean;
    readonly differences: readonly {
      readonly about: string;
      readonly what: string;
      readonly recorded: string;
      readonly found: string;
    }[];
  }[];
}

const A_MOMENT_MS = 2_000;
const isOpen = ({ ended_at: end }: Reconciliation): boolean => end === null;

/** Asked again in a moment while one of them has not ended. */
export const reconciliationsQuery = queryOptions({
  queryKey: ['operations', 'reconciliations'],
  queryFn: () => ask<{ readonly data: readonly Reconciliation[] }>('GET', '/reconciliations'),
  refetchInterval: ({ state }) => (state.data?.data.some(isOpen) === true ? A_MOMENT_MS : false),
});

export function reconciliationQuery(id: string) {
  return queryOptions({
    queryKey: ['operations', 'reconciliation', id],
    queryFn: () => ask<WholeReconciliation>('GET', `/reconciliations/${segment(id)}`),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOpen(state.data) ? A_MOMENT_MS : false,
  });
}

export function askReconciliation(isDry: boolean, reason: string): Promise<Reconciliation> {
  return ask('POST', '/reconciliations', { dry_run: isDry, reason });
}
