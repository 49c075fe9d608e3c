// pure
import type { RemoteEvent } from '../gateway/remote.ts';

/** An event as it came in, with its whole body. */
export interface ReceivedEvent extends RemoteEvent {
  readonly payload: string;
  readonly receivedMs: number;
  /** Why nothing will be done about it, if nothing will. */
  readonly ignoredBecause: string | null;
  /** What is odd about it, though it is handled. */
  readonly note: string | null;
}

export interface Receiving {
  readonly payload: string;
  readonly receivedMs: number;
  /** At which Stripe renders what is retrieved here. */
  readonly apiVersion: string;
}

/**
 * Test clocks tell of themselves with every step, in test mode alone, and of nothing in the
 * business: dozens of them would bury what is about somebody.
 */
export function isKept({ type }: RemoteEvent): boolean {
  return !type.startsWith('test_helpers.');
}

/** An event with what is to be done about it. */
export function receivedEvent(
  event: RemoteEvent,
  { payload, receivedMs, apiVersion }: Receiving,
): ReceivedEvent {
  return {
    ...event,
    payload,
    receivedMs,
    ignoredBecause: isAboutSomebody(event) ? null : 'it is about no customer',
    note:
      event.apiVersion === apiVersion
        ? null
        : `it was rendered at ${event.apiVersion ?? 'no version'}; the object is read anew`,
  };
}

/** An invoice knows whose it is, where the event does not say. */
function isAboutSomebody({ customerId, objectKind, objectId }: RemoteEvent): boolean {
  return customerId !== null || (objectKind === 'invoice' && objectId !== null);
}
