export { parseCatalogFile, readCatalogFile, type CatalogFile } from './catalog-file.ts';
export type { CatalogChange, PublicationDecision } from './decide-publication.ts';
export { yearlyPrice, type PricingRule } from './rule.ts';
export {
  createPricing,
  exportCatalog,
  previewCatalog,
  publishCatalog,
  seedCatalogIfEmpty,
} from './service.ts';
