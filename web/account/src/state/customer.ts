import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Overview } from '../api/contract.ts';
import { seenUser } from './seen.ts';
import type { Load } from './use-load.ts';

/** What is known of the customer, which every view shares. */
export const CustomerContext = createContext<Load<Overview> | null>(null);

export function useCustomer(): Load<Overview> {
  const customer = useContext(CustomerContext);
  if (customer === null) throw new Error('A view is shown with its customer only.');
  return customer;
}

const RETURN_URL = 'whisperforge-return-url';

/**
 * Where the app is, as the server has allowed it: kept for this tab, so that the way back remains
 * when the session is over.
 */
export function rememberReturn(url: string | null): void {
  if (url !== null) globalThis.sessionStorage.setItem(RETURN_URL, url);
}

export function returnUrl(): string | null {
  return seenUser === null ? globalThis.sessionStorage.getItem(RETURN_URL) : null;
}
