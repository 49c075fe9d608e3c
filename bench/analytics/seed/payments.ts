import type { Step } from './run-steps.ts';
import { drawn } from './drawn.ts';

/** An invoice for each month of a stay; three in a hundred fail at first, one in ten is lower. */
export function paymentsOf(): Step[] {
  const failed = `${drawn(61, 'n * 64 + month')} % 100 < 3`;
  const lowered = `CASE WHEN ${drawn(33)} % 10 = 0 AND month < 3 THEN 380 ELSE 0 END`;
  const isPaid = `NOT (${failed} AND ${drawn(62, 'n * 64 + month')} % 3 = 0)`;
  return [
    {
      title: 'their invoices',
      text: `INSERT INTO invoices (stripe_invoice_id, account_id, number, status, currency,
          subtotal_minor, total_minor, discount_minor, amount_due_minor, amount_paid_minor,
          amount_remaining_minor, attempt_count, created_at, finalized_at, paid_at, lines, metadata,
          updated_at)
        SELECT 'in_' || n || '_' || stay || '_' || month, n, 'WF-' || n || '-' || month,
          CASE WHEN ${isPaid} THEN 'paid' ELSE 'uncollectible' END, currency, 1900, 1900 - lowered,
          lowered, 1900 - lowered, CASE WHEN ${isPaid} THEN 1900 - lowered ELSE 0 END,
          CASE WHEN ${isPaid} THEN 0 ELSE 1900 - lowered END, 1, at, at,
          CASE WHEN ${isPaid} THEN at END, '[]', '{}', at
        FROM bench_stays, generate_series(0, 60) month,
          LATERAL (SELECT starts_at + month * interval '1 month' AS at, ${lowered} AS lowered) made
        WHERE NOT is_given_up AND at < least(ends_at, (SELECT ends_at FROM bench_span))
        ORDER BY at`,
    },
    {
      title: 'what failed of them',
      text: `INSERT INTO dunning_steps (key, account_id, stripe_subscription_id, stripe_invoice_id,
          step, attempt, state, due_at, settled_at)
        SELECT stripe_invoice_id || ':1', account_id, 'sub_' || account_id || '_1',
          stripe_invoice_id, 'payment_failed', 1, 'done', created_at, created_at
        FROM invoices, LATERAL (SELECT account_id AS n,
          split_part(stripe_invoice_id, '_', 4)::bigint AS month) made WHERE ${failed}`,
    },
    {
      title: 'codes that they used',
      text: `INSERT INTO promotion_codes (code, name, percent_off_basis_points, duration,
          duration_in_months, conditions, stacking, valid_from, created_at)
        SELECT 'CODE' || n, 'A code', 2000, 'repeating', 3, '{}', 'exclusive', starts_at, starts_at
        FROM bench_span, generate_series(10, 49) n;
        INSERT INTO promotion_redemptions (code_id, account_id, reference, state, held_at,
          redeemed_at)
        SELECT 1 + ${drawn(63)} % 40, n, 'checkout_' || n, 'redeemed', starts_at, starts_at
        FROM bench_stays WHERE stay = 1 AND ${drawn(33)} % 10 = 0`,
    },
  ];
}
