// pure
import type { MetricDefinition } from '../registry/metric.ts';

type ProfileNotes = MetricDefinition['profileNotes'];

/** Where profiles differ in how much a subscription brings. */
export const DISCOUNTS: ProfileNotes = {
  stripe: 'Discounts for ever lower MRR; those that end do not.',
  chartmogul: 'All discounts lower MRR while they last.',
  profitwell:
    'All discounts lower MRR while they last. Who cancels counts until the end of the cycle begun.',
};

/** Where profiles differ in who came and who left. */
export const SHORT_STAYS: ProfileNotes = {
  ...DISCOUNTS,
  profitwell:
    'Who comes and leaves within one calendar month was never there; who cancels leaves at the ' +
    'end of the cycle begun.',
};
