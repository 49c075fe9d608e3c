// pure
import { fraction } from '@whisperforge/kernel/fraction';
import { bridgeKinds, type BridgeKind, type Span } from '../bridge.ts';
import type { Column, Identity, Values } from '../registry/metric.ts';

const money = (name: string, title: string): Column => ({ name, title, unit: 'money', adds: true });
const count = (name: string, title: string): Column => ({ name, title, unit: 'count', adds: true });

const MOVEMENTS: Readonly<Record<BridgeKind, Column>> = {
  new: money('new', 'New'),
  reactivation: money('reactivation', 'Reactivation'),
  expansion: money('expansion', 'Expansion'),
  contraction: money('contraction', 'Contraction'),
  churn: money('churn', 'Churn'),
  transfer: money('transfer', 'Between segments'),
  currency: money('currency', 'Exchange rates'),
};

/** What a bridge says of a span; each of these adds up over accounts and over segments. */
export const BRIDGE = {
  mrr_start: money('mrr_start', 'MRR at the start'),
  mrr_end: money('mrr_end', 'MRR at the end'),
  customers_start: count('customers_start', 'Customers at the start'),
  customers_new: count('customers_new', 'New customers'),
  customers_reactivated: count('customers_reactivated', 'Customers who came back'),
  customers_churned: count('customers_churned', 'Customers who left'),
  customers_transferred: count('customers_transferred', 'Customers from other segments, net'),
  customers_end: count('customers_end', 'Customers at the end'),
  ...MOVEMENTS,
} as const;

export type BridgeColumn = keyof typeof BRIDGE;

/** Start and movements are the end, as it is shown too. */
export const BRIDGE_IDENTITY: Identity = {
  start: 'mrr_start',
  parts: bridgeKinds,
  end: 'mrr_end',
};

/** A span as figures by column. */
export function bridgeValues({ start, movements, end, customers }: Span): Values {
  const counted = (number: number) => fraction(BigInt(number));
  return {
    mrr_start: start,
    ...movements,
    mrr_end: end,
    customers_start: counted(customers.start),
    customers_new: counted(customers.new),
    customers_reactivated: counted(customers.reactivated),
    customers_churned: counted(customers.churned),
    customers_transferred: counted(customers.transferred),
    customers_end: counted(customers.end),
  };
}
