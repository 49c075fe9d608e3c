import { expect, test } from 'vitest';
import { liveAYear } from './thousand-customers.ts';

const CUSTOMERS = 20;
/** The first of each month, from a January to the next. */
const INVOICES = 13;

test('customers with monthly subscriptions pay each month of a year', async () => {
  const { paidInvoices } = await liveAYear(CUSTOMERS);
  // The last is still a draft for an hour.
  expect(paidInvoices).toBe(CUSTOMERS * (INVOICES - 1));
});
