// pure
import { currentPlan, type Catalog, type PlanVersion } from '../../plans/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { PRICE_MAP_INVALID } from '../errors.ts';
import type { MappedPrice, MappedPrices } from '../projection/plan-of-price.ts';

const TERMS = /^([^:]+)(?::(\d{1,9}))?:(monthly|yearly)(:seat)?$/;

/**
 * What an operator says of prices: `price_1=pro:monthly` of the version on sale, `pro:1:yearly` of
 * another, `business:monthly:seat` of an extra seat, `none` of what is no plan. Throws
 * `price_map_invalid`.
 */
export function readPriceMap(catalog: Catalog, said: readonly string[]): MappedPrices {
  const prices = new Map<string, MappedPrice>();
  for (const each of said) {
    const at = each.indexOf('=');
    const priceId = at < 0 ? '' : each.slice(0, at).trim();
    if (priceId === '') refuse(each, 'it is not PRICE=plan:cycle, such as price_1=pro:monthly');
    prices.set(priceId, readTerms(catalog, each, each.slice(at + 1).trim()));
  }
  return prices;
}

function readTerms(catalog: Catalog, each: string, terms: string): MappedPrice {
  if (terms === 'none') return { kind: 'none' };
  const match = TERMS.exec(terms);
  if (match === null) return refuse(each, 'it names no plan and cycle, such as pro:monthly');
  const [, slug = '', version, cycle, seat] = match;
  const plan =
    version === undefined
      ? currentPlan(catalog, slug)
      : versionOf(catalog, { slug, version: Number(version) });
  if (plan === undefined) return refuse(each, `there is no plan ${terms}`);
  const kind = seat === undefined ? 'plan' : 'extra_seat';
  return { kind, planId: plan.id, billingCycle: cycle === 'yearly' ? 'yearly' : 'monthly' };
}

function versionOf(
  catalog: Catalog,
  { slug, version }: Pick<PlanVersion, 'slug' | 'version'>,
): PlanVersion | undefined {
  return [...catalog.plans.values()].find((plan) => plan.slug === slug && plan.version === version);
}

function refuse(said: string, why: string): never {
  throw new AppError(PRICE_MAP_INVALID, { message: `${said} is not understood: ${why}.` });
}
