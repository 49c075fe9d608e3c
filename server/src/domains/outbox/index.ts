export { announcing } from './announce.ts';
export {
  createDelivery,
  type Delivery,
  type DeliveryFailure,
  type DeliveryOptions,
} from './delivery.ts';
export type { Consumer, NewEvent, OutboxEvent } from './event.ts';
export { outboxJobs } from './jobs.ts';
export { outboxRoutes } from './routes.ts';
export { readUndelivered } from './store-backlog.ts';
export { OUTBOX_NEWS, publish } from './store.ts';
