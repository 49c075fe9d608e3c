import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';

/** Where the sandbox's own pages are; a row, because answers and events name it. */
export interface AddressRow {
  readonly id: 'own';
  readonly url: string;
}

const addresses = collection<AddressRow>('addresses');

const USUAL_ADDRESS = 'http://127.0.0.1:12111';

/** Told when the sandbox listens; after a restart it may be at another port. */
export function setAddress(tx: Tx, url: string): void {
  if (tx.find(addresses, 'own')?.url !== url) tx.put(addresses, { id: 'own', url });
}

/** The whole URL of a page of the sandbox's own, such as `/checkout/cs_test_1`. */
export function pageUrl(tx: Tx, path: string): string {
  return `${tx.find(addresses, 'own')?.url ?? USUAL_ADDRESS}${path}`;
}
