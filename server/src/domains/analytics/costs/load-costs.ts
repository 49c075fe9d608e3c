import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../platform/database.ts';
import { readPrices } from '../inputs/prices/store.ts';
import { rateTable, type RateTable } from '../metrics/rates.ts';
import { findRates } from '../metrics/store.ts';
import {
  exact,
  NOTHING,
  type DaySums,
  type LoadedSums,
  type SumsQuestion,
} from '../usage/summed.ts';
import { priceList, type PriceList } from './price-list.ts';
import { findSettledPrices } from './settled/store.ts';
import { findCostlyUse, type CostlyUse } from './store.ts';

/** What the apps state costs in. */
const STATED_CURRENCY = 'usd';

interface Valuation {
  readonly rates: RateTable;
  readonly prices: PriceList;
  readonly carried: Set<string>;
  readonly missing: Set<string>;
}

export interface CostsAsked {
  /** Whose costs rows are of; users' where nothing is said. */
  readonly subject?: 'user_id' | 'account_id';
  /** Only of events that count to one of these, and then all that they cost. */
  readonly ofEventsWith?: readonly string[];
}

/**
 * What AI cost by day, in the reporting currency: as events say it, or else by the prices that were
 * settled when they were added up. An event that counts to several features shares its cost evenly
 * among them.
 */
export async function loadCosts(
  executor: Executor,
  question: SumsQuestion & CostsAsked,
): Promise<LoadedSums> {
  // One after the other, since within a transaction there is one connection.
  const found = await findCostlyUse(executor, question);
  const settled = await findSettledPrices(executor, question.range);
  const told = await readPrices(executor, null);
  const rates = await findRates(executor, question.currency);
  const valuation: Valuation = {
    rates: rateTable(question.currency, rates),
    prices: priceList(settled, told),
    carried: new Set(),
    missing: new Set(),
  };
  const { by, ofEventsWith } = question;
  const wanted = question.filters['feature'] ?? null;
  const days = found.flatMap((use) => {
    if (ofEventsWith === undefined) return sharesOf(use, { by, wanted }, valuation);
    const isMeant = use.features.split(',').some((feature) => ofEventsWith.includes(feature));
    return isMeant ? [{ key: use.key, day: use.day, sums: sumsOf(use, valuation) }] : [];
  });
  return { days, carried: [...valuation.carried], missing: [...valuation.missing] };
}

function sharesOf(
  use: CostlyUse,
  { by, wanted }: { readonly by: string | null; readonly wanted: readonly string[] | null },
  valuation: Valuation,
): DaySums[] {
  const features = use.features.split(',');
  const counted = features.filter((feature) => wanted === null || wanted.includes(feature));
  if (counted.length === 0) return [];
  const sums = sumsOf(use, valuation);
  const part = (share: Fraction) =>
    Object.fromEntries(
      Object.entries(sums).map(([name, sum]) => [name, multiplyFractions(sum, share)]),
    );
  const { key, day } = use;
  const each = fraction(1n, BigInt(features.length));
  if (by === 'feature') {
    const shared = part(each);
    return counted.map((feature) => ({ key: feature, day, sums: shared }));
  }
  const all = fraction(BigInt(counted.length), BigInt(features.length));
  return [{ key, day, sums: counted.length === features.length ? sums : part(all) }];
}

function sumsOf(use: CostlyUse, valuation: Valuation): Readonly<Record<string, Fraction>> {
  const { day } = use;
  const stated = converted(exact(use.statedCents), { currency: STATED_CURRENCY, day }, valuation);
  const price = use.unstatedEvents === '0' ? null : valuation.prices.priceOn(use);
  const priced =
    price === null
      ? NOTHING
      : converted(
          price.costOf({
            tokensIn: exact(use.unstatedTokensIn),
            tokensOut: exact(use.unstatedTokensOut),
            amount: exact(use.unstatedAmount),
          }),
          { currency: price.currency, day },
          valuation,
        );
  return {
    cost: addFractions(stated, priced),
    stated,
    priced,
    events: exact(use.events),
    tokens: addFractions(exact(use.tokensIn), exact(use.tokensOut)),
    outdated: price?.isOutdated === true ? priced : NOTHING,
    unpriced: price === null ? exact(use.unstatedEvents) : NOTHING,
  };
}

function converted(
  amount: Fraction,
  { currency, day }: { readonly currency: string; readonly day: string },
  { rates, carried, missing }: Valuation,
): Fraction {
  if (amount.numerator === 0n) return NOTHING;
  const rate = rates.rateOn(currency, day);
  if (rate === null) missing.add(currency);
  else if (rate.isCarried) carried.add(currency);
  return rate === null ? NOTHING : multiplyFractions(amount, rate.perMinorUnit);
}
