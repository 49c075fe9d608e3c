// pure
import type { HistoryLine } from './history-line.ts';

/** What lines of a history say of a customer, beside its subscriptions. */
export type ToldCustomer = Pick<HistoryLine, 'customerKey' | 'country' | 'source' | 'attributes'>;

/** Of several lines of one customer the last says what it is; what one leaves empty stays. */
export function customersOf(lines: Iterable<ToldCustomer>): Map<string, ToldCustomer> {
  const customers = new Map<string, ToldCustomer>();
  for (const { customerKey, country, source, attributes } of lines) {
    const before = customers.get(customerKey);
    customers.set(customerKey, {
      customerKey,
      country: country || (before?.country ?? ''),
      source: source || (before?.source ?? ''),
      attributes: { ...before?.attributes, ...attributes },
    });
  }
  return customers;
}
