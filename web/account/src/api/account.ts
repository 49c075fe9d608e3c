import type {
  Changed,
  Checkout,
  Choice,
  Invoices,
  Moment,
  Overview,
  Plans,
  Preview,
  Quote,
} from './contract.ts';
import { seenUser } from '../state/seen.ts';
import { ask } from './request.ts';

const API = '/account/api';
/** What staff may read of a customer, in the place of what the customer reads. */
const SEEN = seenUser === null ? null : `/admin/v1/users/${seenUser}`;

/** Everybody may read this; the other calls are those of a customer with a session. */
export const readPlans = (): Promise<Plans> => ask('GET', '/v1/plans');

export const readOverview = (): Promise<Overview> =>
  ask('GET', SEEN === null ? `${API}/overview` : `${SEEN}/account-page`);

export const readInvoices = (cursor: string | null): Promise<Invoices> =>
  ask('GET', `${SEEN ?? API}/invoices${pageAfter(cursor)}`);

const pageAfter = (cursor: string | null): string =>
  cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;

export const readCheckout = (id: string): Promise<Checkout> =>
  ask('GET', `${API}/checkouts/${encodeURIComponent(id)}`);

export const quote = (choice: Choice): Promise<Quote> => ask('POST', `${API}/quotes`, choice);

export const openCheckout = (
  what: Choice | { readonly pack: string },
): Promise<{ readonly url: string }> => ask('POST', `${API}/checkout`, what);

export const openPortal = (): Promise<{ readonly url: string }> => ask('POST', `${API}/portal`, {});

export const previewChange = (choice: Choice & { readonly when: Moment }): Promise<Preview> =>
  ask('POST', `${API}/subscription/preview`, choice);

export const changeSubscription = (previewToken: string): Promise<Changed> =>
  ask('POST', `${API}/subscription/change`, { preview_token: previewToken });

export const cancelSubscription = (body: {
  readonly when: Moment;
  readonly reason?: string;
}): Promise<object> => ask('POST', `${API}/subscription/cancel`, body);

export const resumeSubscription = (): Promise<object> =>
  ask('POST', `${API}/subscription/resume`, {});

export const allowOverage = (feature: string, capMinor: number): Promise<object> =>
  ask('PUT', `${API}/overage/${encodeURIComponent(feature)}`, { spending_cap_minor: capMinor });

export const endOverage = (feature: string): Promise<object> =>
  ask('DELETE', `${API}/overage/${encodeURIComponent(feature)}`);
