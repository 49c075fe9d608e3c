// pure
import { spoken } from '../../../words/quantities.ts';

/** A value of a dimension as it is read; nothing is a value, too. */
export function segmentName(dimension: string, value: string): string {
  if (value === '') return `No ${spoken(dimension).toLowerCase()}`;
  if (/^\d{4}-\d{2}-01$/.test(value)) return value.slice(0, 7);
  return dimension === 'plan' || dimension === 'cycle' ? spoken(value) : value;
}
