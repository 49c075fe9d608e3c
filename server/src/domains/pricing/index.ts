export { readCatalogFile, type CatalogFile } from './catalog-file.ts';
export { csvHeader, csvLine, csvOf, describeOff } from './codes/csv.ts';
export type { NewCodes } from './codes/draft-codes.ts';
export { codeStateAt, type PromotionCode, type Redemption } from './codes/promotion-code.ts';
export { freeRedemption, holdRedemption, redeem, type Hold } from './codes/redemptions.ts';
export type { CodePage, ListCodes } from './codes/service.ts';
export { loadCodeUses } from './codes/store-uses.ts';
export type { CatalogChange, PublicationDecision } from './decide-publication.ts';
export type { StaffDraft } from './drafts/draft.ts';
export { createDrafts, type ComparedDraft, type Drafts } from './drafts/service.ts';
export type { LoadRevenue } from './staff/code-answer.ts';
export { pricingStaffRoutes } from './staff/routes.ts';
export type { CouponSpec } from './quotes/coupon.ts';
export { decideQuote, type QuoteFacts } from './quotes/decide-quote.ts';
export { loadQuoteFacts, type LoadPurchases, type QuoteSources } from './quotes/load-facts.ts';
export type { QuoteBuyer } from './quotes/offers/offers.ts';
export type {
  LinePrice,
  PackQuote,
  PackRequest,
  Payments,
  PlanQuote,
  PlanRequest,
  Quote,
  QuoteLine,
  QuoteRequest,
} from './quotes/quote.ts';
export {
  purchaseInputs,
  QuoteAnswer,
  quoteAnswer,
  quotesRoutes,
  readPurchase,
} from './quotes/routes.ts';
export { createQuotes, type Quotes } from './quotes/service.ts';
export { describeDuration } from './rules/reduction.ts';
export type { Purchase, PurchaseBuyer } from './rules/conditions.ts';
export type { PricingRule, RuleDefinition } from './rules/rule.ts';
export { writeRule } from './rules/write-rule.ts';
export { createPricing } from './service.ts';
