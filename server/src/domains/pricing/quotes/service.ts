import type { Database, Executor } from '../../../platform/database.ts';
import { decideQuote } from './decide-quote.ts';
import { loadQuoteFacts, type QuoteSources } from './load-facts.ts';
import type { Quote, QuoteRequest } from './quote.ts';

export interface Quotes {
  /** What something would cost a user, or somebody who is not named. It changes nothing. */
  quote(user: string | null, request: QuoteRequest, nowMs: number): Promise<Quote>;
  /** The same in a transaction, for those who then act by it. */
  quoteIn(
    executor: Executor,
    user: string | null,
    request: QuoteRequest,
    nowMs: number,
  ): Promise<Quote>;
}

export function createQuotes(deps: QuoteSources & { readonly database: Database }): Quotes {
  const quoteIn: Quotes['quoteIn'] = async (executor, user, request, nowMs) =>
    decideQuote(await loadQuoteFacts(executor, deps, { user, request }), request, nowMs);
  return {
    quote: (user, request, nowMs) => quoteIn(deps.database, user, request, nowMs),
    quoteIn,
  };
}
