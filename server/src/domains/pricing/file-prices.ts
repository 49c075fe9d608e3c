// pure
import { parseMoney, type Money } from '@whisperforge/kernel/money';
import { parseQuantity } from '@whisperforge/kernel/quantity';
import {
  checkPack,
  checkUnique,
  pointer,
  type Catalog,
  type Faults,
  type PackDefinition,
} from '../plans/index.ts';
import { isSellable, smallestStep } from './chargeable.ts';
import type { WrittenCatalog } from './file-schema.ts';

/** Far above any price, and low enough that a year of it is still counted exactly. */
const MOST_MINOR = 10 ** 12;

/** Prices by currency, in major units, each an amount that can be charged. */
export function readPrices(
  prices: Readonly<Record<string, string>>,
  at: string,
  faults: Faults,
): Money[] {
  return Object.entries(prices).flatMap(([currency, text]) => {
    const field = pointer(at, currency);
    if (!/^[a-z]{3}$/.test(currency)) {
      faults.push({ field, message: 'is not a currency code in lower case, such as usd' });
      return [];
    }
    if (!isSellable(currency)) {
      faults.push({ field, message: `cannot be: Stripe does not count ${currency} as ISO does` });
      return [];
    }
    const price = parseMoney(text, currency);
    if (price === undefined || price.amountMinor < 0 || price.amountMinor > MOST_MINOR) {
      const message = `must be an amount in units of ${currency}, such as 19.00, not negative`;
      faults.push({ field, message });
      return [];
    }
    if (price.amountMinor % smallestStep(currency) === 0) return [price];
    faults.push({
      field,
      message: `must end in 0: the third decimal of ${currency} is not charged`,
    });
    return [];
  });
}

export function readPacks(
  entries: NonNullable<WrittenCatalog['packs']>,
  features: Catalog['features'],
  faults: Faults,
): PackDefinition[] {
  checkUnique(entries, 'key', '/packs', faults);
  return entries.flatMap((entry, index) => {
    const at = `/packs/${index}`;
    const amount = parseQuantity(String(entry.amount));
    const prices = readPrices(entry.prices, `${at}/prices`, faults);
    if (amount === undefined) {
      const message = 'must be an amount with at most six decimals';
      faults.push({ field: `${at}/amount`, message });
      return [];
    }
    const { key, name, feature, valid_days: days = null } = entry;
    const pack = { key, name, feature, amount, validDays: days, prices };
    checkPack(pack, features, at, faults);
    return [pack];
  });
}
