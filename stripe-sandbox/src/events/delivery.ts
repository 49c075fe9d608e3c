import { collection } from '../engine/collection.ts';

/** An event on its way to an endpoint; gone when it has been confirmed or given up. */
export interface DeliveryRow {
  readonly id: string;
  readonly event: string;
  readonly endpoint: string;
  readonly attempts: number;
  /** Not to be tried before this instant of the machine, in epoch milliseconds. */
  readonly dueMs: number;
}

export const deliveries = collection<DeliveryRow>('deliveries', {
  event: (delivery) => delivery.event,
});

export function newDelivery(event: string, endpoint: string): DeliveryRow {
  return { id: `${event} ${endpoint}`, event, endpoint, attempts: 0, dueMs: 0 };
}
