import type Stripe from 'stripe';
import { textOfInstant } from '../clock.ts';
import { collection } from '../engine/collection.ts';
import type { Store } from '../engine/store.ts';
import type { Tx } from '../engine/transaction.ts';
import { deliveries, newDelivery } from './delivery.ts';
import { destinationsFor } from './destination.ts';

type ErrorReport = Stripe.Events.V1BillingMeterErrorReportTriggeredEvent;
type NoMeterFound = Stripe.Events.V1BillingMeterNoMeterFoundEvent;

/** As it is on the wire; the SDK adds what fetches the object that it is about. */
export type ThinEvent = NoMeterFound | Omit<ErrorReport, 'fetchRelatedObject'>;

/** What is told: the data is only shown when the event is retrieved. */
export type ThinNews =
  | {
      readonly type: ErrorReport['type'];
      readonly related: ErrorReport['related_object'];
      readonly data: ErrorReport['data'];
    }
  | {
      readonly type: NoMeterFound['type'];
      readonly related: null;
      readonly data: NoMeterFound['data'];
    };

/** An event that is sent without what it is about, which is retrieved where it is wanted. */
export type ThinEventRow = ThinNews & { readonly id: string; readonly created: number };

export const thinEvents = collection<ThinEventRow>('thin_events');

/** Tells something that there is no snapshot event of. */
export function emitThin(tx: Tx, news: ThinNews): void {
  const event = tx.put(thinEvents, { ...news, id: tx.newId('evt_test'), created: tx.sandboxNow });
  for (const destination of destinationsFor(tx, news.type)) {
    tx.put(deliveries, newDelivery(event.id, destination.id));
  }
}

/** The body of a webhook, if it is a thin event that it is about. */
export function thinBodyOf(store: Store, event: string): string | undefined {
  const row = store.find(thinEvents, event);
  if (row === undefined) return undefined;
  const { data: _, ...notification } = renderThinEvent(row);
  return JSON.stringify(notification);
}

/** As it is shown when it is retrieved. */
export function renderThinEvent(row: ThinEventRow): ThinEvent {
  const shown = {
    id: row.id,
    object: 'v2.core.event',
    created: textOfInstant(row.created),
    livemode: false,
  } as const;
  if (row.related === null) return { ...shown, type: row.type, data: row.data };
  return { ...shown, type: row.type, data: row.data, related_object: row.related };
}
