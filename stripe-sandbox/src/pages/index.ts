import type { Deeds } from '../engine/deeds.ts';
import { StripeError } from '../http/errors.ts';
import type { OwnRequest, OwnResponse } from '../http/wire/server.ts';
import { answerAuthentication } from './authentication-page.ts';
import { answerCheckout } from './checkout/checkout-routes.ts';
import { answerInvoice } from './invoice-page.ts';
import { messagePage } from './layout.ts';
import { answerPortal } from './portal/portal-routes.ts';

type Answerer = (
  deeds: Deeds,
  request: OwnRequest,
  rest: readonly (string | undefined)[],
) => OwnResponse;

const PAGES = new Map<string, Answerer>([
  ['3ds', answerAuthentication],
  ['checkout', answerCheckout],
  ['invoices', answerInvoice],
  ['portal', answerPortal],
]);

/** Answers the sandbox's own pages; `undefined` for whatever is none. */
export function answerPage(deeds: Deeds, request: OwnRequest): OwnResponse | undefined {
  const [, first = '', ...rest] = request.url.pathname.split('/');
  const answer = PAGES.get(first);
  if (answer === undefined) return undefined;
  if (request.method !== 'GET' && request.method !== 'POST') {
    const text = 'Pages are read with GET, and their forms are sent with POST.';
    return messagePage({ title: 'Not allowed', text, status: 405 });
  }
  try {
    return answer(deeds, request, rest);
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    return errorPage(error);
  }
}

function errorPage({ status, details }: StripeError): OwnResponse {
  if (status !== 404) {
    return messagePage({ title: 'This did not work', text: details.message, status });
  }
  const text = 'There is no such page, or it is no longer there. Check its address.';
  return messagePage({ title: 'Not found', text, status });
}
