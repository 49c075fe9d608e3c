import type { AccessChange } from '../../access/index.ts';
import type { RecordedSubscription, SubscriptionState } from '../../subscriptions/index.ts';
import type { RemoteCustomer, RemoteInvoice, RemoteSubscription } from '../gateway/remote.ts';
import type { StoredInvoice } from './store.ts';

/** What a customer was found to be, beside what was on record: what effects are decided from. */
export interface Projection {
  /** The account, locked, in the transaction that writes everything. */
  readonly access: AccessChange;
  readonly customer: RemoteCustomer;
  /** The business instant of the retrieval. */
  readonly retrievedMs: number;
  /** The one subscription that counts: the live one, or else the last that has ended. */
  readonly subscription: ProjectedSubscription | null;
  /** Live ones beside it, which there should not be. */
  readonly duplicates: readonly RemoteSubscription[];
  /** Those that are new or say something else than before, oldest first. */
  readonly invoices: readonly ProjectedInvoice[];
  /** Whether the customer comes in from before: what is found is long past, and news to nobody. */
  readonly isImport?: boolean;
}

export interface ProjectedSubscription {
  readonly remote: RemoteSubscription;
  readonly state: SubscriptionState;
  readonly extraSeats: number;
  readonly before: RecordedSubscription | null;
}

export interface ProjectedInvoice {
  readonly invoice: RemoteInvoice;
  readonly before: StoredInvoice | null;
}

/**
 * Writes what follows from a projection, in its transaction. It is run again for the same facts, so
 * what it writes stands under keys made of them; it asks nobody outside.
 */
export type Effect = (projection: Projection) => Promise<void>;
