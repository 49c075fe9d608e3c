// pure
import type { Effect } from '../../../api/pricing/rules.ts';
import { basisPointsOf, percentOf } from './price-words.ts';

/** What is taken off, as it is filled in. */
export interface ReductionForm {
  readonly kind: 'percent' | 'amounts';
  readonly percent: string;
  readonly amounts: Readonly<Record<string, string>>;
  readonly duration: string;
  readonly months: string;
}

export const TEN_PERCENT_ONCE: ReductionForm = {
  kind: 'percent',
  percent: '10',
  amounts: { usd: '' },
  duration: 'once',
  months: '3',
};

export function reductionForm(effect: Effect): ReductionForm {
  const { percent_off_basis_points: percent, amounts_off: amounts } = effect;
  return {
    kind: amounts === undefined ? 'percent' : 'amounts',
    percent: percent === undefined ? '' : percentOf(percent),
    amounts: amounts ?? { usd: '' },
    duration: effect.duration ?? 'once',
    months: String(effect.duration_in_months ?? 3),
  };
}

/** As it is sent: what makes no sense is sent, too, so that the server says why. */
export function effectOf(form: ReductionForm): Effect {
  const duration = {
    duration: form.duration,
    ...(form.duration === 'repeating' && { duration_in_months: Number(form.months) }),
  };
  if (form.kind === 'amounts') return { amounts_off: form.amounts, ...duration };
  return { percent_off_basis_points: basisPointsOf(form.percent) ?? 0, ...duration };
}
