import { readFile } from 'node:fs/promises';
import { readCatalogFile, type createPricing } from '../../domains/pricing/index.ts';

/** What is sold on the first day; from then on the database says it. */
const FIRST_CATALOG_URL = new URL('../../../data/catalog.json', import.meta.url);

/** Answers whether there was need of it: where plans exist, nothing is touched. */
export async function loadFirstCatalogue(
  pricing: Pick<ReturnType<typeof createPricing>, 'seedCatalogIfEmpty'>,
  nowMs: number,
): Promise<boolean> {
  const actor = { kind: 'system', id: 'start' } as const;
  const file = readCatalogFile(await readFile(FIRST_CATALOG_URL, 'utf8'));
  return pricing.seedCatalogIfEmpty(file, { actor, nowMs, reason: 'the first catalogue' });
}
