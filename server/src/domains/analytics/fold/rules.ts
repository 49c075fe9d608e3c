// pure
import type { RecurringDiscount } from '../../subscriptions/index.ts';

export type ProfileName = 'stripe' | 'chartmogul' | 'profitwell';

/** What a ledger counts, and when. */
export interface LedgerRules {
  /** The discounts that lower what recurs while they last. */
  readonly lowering: readonly RecurringDiscount['duration'][];
  readonly countsPastDue: boolean;
  /**
   * When a subscription that was canceled has churned: at its `end`; at the `request` to cancel,
   * though it is served until later; or at the end of the `cycle` that was begun, though it ended
   * at once.
   */
  readonly churnsAt: 'end' | 'request' | 'cycle';
  /** Whether who came and left within one calendar month was never there. */
  readonly ignoresWithinMonth: boolean;
  /** Days and months are counted in it. */
  readonly timeZone: string;
}

/**
 * The definitions by name. `stripe`: "MRR growth = new + reactivation + expansion - churned -
 * contraction", docs.stripe.com/billing/subscriptions/analytics/glossary. `chartmogul`: discounts
 * lower while they last, help.chartmogul.com 203299912. `profitwell`: sign-up and churn in one
 * calendar month are ignored, and MRR is recognised until the end of the billing cycle,
 * paddle.com/help, "ProfitWell vs Maxio".
 */
export const profiles: Readonly<Record<ProfileName, Omit<LedgerRules, 'timeZone'>>> = {
  stripe: {
    lowering: ['forever'],
    countsPastDue: true,
    churnsAt: 'end',
    ignoresWithinMonth: false,
  },
  chartmogul: {
    lowering: ['forever', 'repeating', 'once'],
    countsPastDue: true,
    churnsAt: 'end',
    ignoresWithinMonth: false,
  },
  profitwell: {
    lowering: ['forever', 'repeating', 'once'],
    countsPastDue: true,
    churnsAt: 'cycle',
    ignoresWithinMonth: true,
  },
};
