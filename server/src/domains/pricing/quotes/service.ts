import type { Database, Executor } from '../../../platform/database.ts';
import { decideQuote } from './decide-quote.ts';
import { explainQuote, type ExplainedQuote } from './explain.ts';
import { loadQuoteFacts, type QuoteSources } from './load-facts.ts';
import type { PlanRequest, Quote, QuoteRequest } from './quote.ts';

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
  /** A quote with what became of every rule, for those who look after prices. */
  explain(user: string | null, request: PlanRequest, nowMs: number): Promise<ExplainedQuote>;
}

export function createQuotes(deps: QuoteSources & { readonly database: Database }): Quotes {
  const quoteIn: Quotes['quoteIn'] = async (executor, user, request, nowMs) =>
    decideQuote(await loadQuoteFacts(executor, deps, { user, request }), request, nowMs);
  return {
    quote: (user, request, nowMs) => quoteIn(deps.database, user, request, nowMs),
    quoteIn,
    explain: async (user, request, nowMs) =>
      explainQuote(await loadQuoteFacts(deps.database, deps, { user, request }), request, nowMs),
  };
}
