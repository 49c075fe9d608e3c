import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';

/** Where thin events are sent to: they name what has happened, and what to retrieve. */
export interface EventDestinationRow {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
  readonly name: string;
  readonly description: string;
  readonly types: readonly string[];
  readonly metadata: Record<string, string>;
  readonly isEnabled: boolean;
  readonly url: string;
  readonly secret: string;
}

export const eventDestinations = collection<EventDestinationRow>('event_destinations');

/** The destinations that want to hear of a type of thin event. */
export function destinationsFor(tx: Tx, type: string): EventDestinationRow[] {
  return tx
    .all(eventDestinations)
    .filter(({ isEnabled, types }) => isEnabled && (types.includes('*') || types.includes(type)));
}
