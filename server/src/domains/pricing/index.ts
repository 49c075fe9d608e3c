export { readCatalogFile, type CatalogFile } from './catalog-file.ts';
export type { CatalogChange, PublicationDecision } from './decide-publication.ts';
export { writeRule, type PricingRule, type RuleDefinition } from './rule.ts';
export { createPricing } from './service.ts';
