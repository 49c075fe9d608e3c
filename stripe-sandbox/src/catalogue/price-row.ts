import type { Interval } from '../money/calendar.ts';
import type { Priced, Pricing } from '../money/pricing.ts';

export type TaxBehavior = 'exclusive' | 'inclusive' | 'unspecified';

export interface Recurrence {
  readonly interval: Interval;
  readonly intervalCount: number;
  readonly meter: string | null;
  readonly trialPeriodDays: number | null;
  readonly usageType: 'licensed' | 'metered';
}

export interface CurrencyOption {
  readonly pricing: Pricing;
  readonly taxBehavior: TaxBehavior;
}

export interface PriceRow extends Priced {
  readonly id: string;
  readonly created: number;
  /** Only as a plan can a price be deleted; what was billed by it goes on naming it. */
  readonly isDeleted: boolean;
  readonly isActive: boolean;
  readonly currencyOptions: Readonly<Record<string, CurrencyOption>>;
  readonly lookupKey: string | null;
  readonly metadata: Record<string, string>;
  readonly nickname: string | null;
  readonly product: string;
  /** `null` for what is paid once. */
  readonly recurring: Recurrence | null;
  readonly taxBehavior: TaxBehavior;
}
