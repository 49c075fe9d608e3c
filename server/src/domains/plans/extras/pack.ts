// pure
import { formatMoney, money } from '@whisperforge/kernel/money';
import { formatQuantity, MAX_INPUT_QUANTITY } from '@whisperforge/kernel/quantity';
import { AppError } from '../../../platform/errors.ts';
import type { Catalog, Pack, PackDefinition } from '../catalog.ts';
import { checkKey, checkName } from '../definitions.ts';
import { PACK_UNKNOWN } from '../errors.ts';
import type { Faults } from '../terms.ts';

const MOST_DAYS = 3_650;

export function checkPack(
  pack: PackDefinition,
  features: Catalog['features'],
  at: string,
  faults: Faults,
): void {
  checkKey(pack.key, `${at}/key`, faults);
  checkName(pack.name, `${at}/name`, faults);
  const kind = features.get(pack.feature)?.kind;
  if (kind !== 'metered') {
    const what = kind === undefined ? 'no known' : `a ${kind}`;
    const message = `${pack.feature} is ${what} feature; packs are of metered ones`;
    faults.push({ field: `${at}/feature`, message });
  }
  if (pack.amount <= 0n || pack.amount >= MAX_INPUT_QUANTITY) {
    const message = `must be more than 0 and less than ${formatQuantity(MAX_INPUT_QUANTITY)}`;
    faults.push({ field: `${at}/amount`, message });
  }
  const days = pack.validDays;
  if (days !== null && (!Number.isInteger(days) || days < 1 || days > MOST_DAYS)) {
    const message = `must be a whole number of days from 1 to ${MOST_DAYS}, or null for no end`;
    faults.push({ field: `${at}/valid_days`, message });
  }
  if (pack.prices.length === 0) {
    faults.push({ field: `${at}/prices`, message: 'must have a price' });
  }
  for (const price of pack.prices) {
    if (price.amountMinor > 0) continue;
    faults.push({ field: `${at}/prices/${price.currency}`, message: 'must be more than nothing' });
  }
}

/** A pack as files and audit entries write it. */
export function writePack(pack: PackDefinition) {
  const prices = pack.prices.toSorted((a, b) => (a.currency < b.currency ? -1 : 1));
  return {
    key: pack.key,
    name: pack.name,
    feature: pack.feature,
    amount: formatQuantity(pack.amount),
    valid_days: pack.validDays,
    prices: Object.fromEntries(
      prices.map(({ amountMinor, currency }) => [
        currency,
        formatMoney(money(amountMinor, currency)),
      ]),
    ),
  };
}

export function currentPack(catalog: Pick<Catalog, 'packs'>, key: string): Pack | undefined {
  return catalog.packs.find((pack) => pack.key === key);
}

export function packUnknown(catalog: Pick<Catalog, 'packs'>, key: string): AppError {
  const known = catalog.packs.map((pack) => pack.key);
  const message = `Pack ${key} is not on sale; these are: ${known.join(', ') || 'none'}.`;
  return new AppError(PACK_UNKNOWN, { message, members: { known } });
}
