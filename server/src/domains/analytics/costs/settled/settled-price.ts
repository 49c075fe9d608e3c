// pure
import type { PriceLine } from '../../inputs/prices/price-line.ts';

/** The price that a day's use of a model is valued by; `price` is null where there was none. */
export interface SettledPrice {
  readonly day: string;
  readonly provider: string;
  readonly model: string;
  readonly price: Omit<PriceLine, 'provider' | 'model' | 'startsOn'> | null;
}
