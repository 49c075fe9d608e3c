// pure
import type { CodeTerms } from '../../../api/pricing/codes.ts';
import type { Conditions } from '../../../api/pricing/rules.ts';
import { effectOf, TEN_PERCENT_ONCE, type ReductionForm } from '../parts/reduction.ts';

/** New codes as they are filled in. */
export interface CodeForm {
  readonly code: string;
  readonly count: string;
  readonly prefix: string;
  readonly batch: string;
  readonly name: string;
  readonly reduction: ReductionForm;
  readonly conditions: Conditions;
  readonly stacking: string;
  readonly priority: string;
  /** As often as one likes where nothing is said. */
  readonly most: string;
  readonly mostPerAccount: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

export const NEW_CODE: CodeForm = {
  code: '',
  count: '100',
  prefix: '',
  batch: '',
  name: '',
  reduction: TEN_PERCENT_ONCE,
  conditions: {},
  stacking: 'exclusive',
  priority: '0',
  most: '',
  mostPerAccount: '1',
};

export function termsOf(form: CodeForm, isMany: boolean): CodeTerms {
  return {
    name: form.name.trim(),
    effect: effectOf(form.reduction),
    conditions: form.conditions,
    stacking: form.stacking,
    priority: Number(form.priority),
    // One of many is good for one customer.
    most_redemptions: isMany ? 1 : countOf(form.most),
    most_per_account: countOf(form.mostPerAccount),
    ...(form.from !== undefined && { valid_from: form.from }),
    ...(form.until !== undefined && { expires_at: form.until }),
  };
}

function countOf(text: string): number | null {
  return text.trim() === '' ? null : Number(text);
}
