// pure
import { showUnitPrice } from '../../../../../ui/money.ts';
import type { Beyond, Terms } from '../../../api/plans/drafts.ts';
import { showCount } from '../../../words/quantities.ts';

/** What a plan says of a feature: `300, then $0.03 each`, `all`, `yes`; not granted is a dash. */
export function saidOfTerms(terms: Terms): string {
  if (terms === false) return '–';
  if (terms === true) return 'yes';
  if ('value' in terms) return terms.value;
  if ('values' in terms)
    return terms.values.map((value) => (value === '*' ? 'all' : value)).join(', ');
  const limit = terms.limit === null ? 'unlimited' : showCount(Number(terms.limit));
  const beyond = terms.beyond === undefined ? '' : saidOfBeyond(terms.beyond);
  return beyond === '' ? limit : `${limit}, ${beyond}`;
}

export function saidOfBeyond(beyond: Beyond): string {
  switch (beyond.policy) {
    case 'block':
      return '';
    case 'grace':
      return `and up to ${showCount(Number(beyond.amount))} more`;
    case 'overage':
      return `then ${showUnitPrice(beyond.unit_price_minor, beyond.currency)} each`;
  }
}
