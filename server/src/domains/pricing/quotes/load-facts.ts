import type { Executor } from '../../../platform/database.ts';
import { findAccount, type Accounts } from '../../accounts/index.ts';
import type { CatalogCache } from '../../plans/index.ts';
import { findPromotionCode } from '../codes/store.ts';
import { countRedemptions } from '../codes/store-redemptions.ts';
import { findRules } from '../store.ts';
import type { CodeFacts, QuoteFacts } from './decide-quote.ts';
import type { QuoteBuyer } from './offers/offers.ts';
import type { QuoteRequest } from './quote.ts';

/** What higher domains know of an account's past: rows of theirs, so they are asked for it. */
export type LoadPurchases = (
  executor: Executor,
  accountId: number,
) => Promise<{ readonly hasPurchased: boolean; readonly mayTry: boolean }>;

export interface QuoteSources {
  readonly accounts: Accounts;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
  readonly loadPurchases: LoadPurchases;
}

/** All that the price of a request follows from. Throws `user_unknown`. */
export async function loadQuoteFacts(
  executor: Executor,
  sources: QuoteSources,
  asked: { readonly user: string | null; readonly request: QuoteRequest },
): Promise<QuoteFacts> {
  const { user, request } = asked;
  const buyer = user === null ? null : await loadBuyer(executor, sources, user);
  const text = request.kind === 'plan' ? request.promotionCode : null;
  return {
    catalog: await sources.catalog.recheck(),
    rules: await findRules(executor),
    code: text === null ? null : await loadCode(executor, text, buyer),
    buyer,
  };
}

async function loadBuyer(
  executor: Executor,
  { accounts, loadPurchases }: QuoteSources,
  user: string,
): Promise<QuoteBuyer> {
  const { accountId, country } = await accounts.getUser(user);
  const account = await findAccount(executor, accountId);
  const purchases = await loadPurchases(executor, accountId);
  return { accountId, user, country, currency: account?.currency ?? 'usd', ...purchases };
}

async function loadCode(
  executor: Executor,
  text: string,
  buyer: QuoteBuyer | null,
): Promise<CodeFacts | null> {
  const code = await findPromotionCode(executor, text);
  if (code === undefined) return null;
  if (buyer === null) return { code, takenByOthers: code.taken, redeemedByAccount: 0 };
  const { accountId } = buyer;
  const { held, redeemed } = await countRedemptions(executor, { codeId: code.id, accountId });
  // Between the two readings others may have freed some.
  const takenByOthers = Math.max(0, code.taken - held - redeemed);
  return { code, takenByOthers, redeemedByAccount: redeemed };
}
