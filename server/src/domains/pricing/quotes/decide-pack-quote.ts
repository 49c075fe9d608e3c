// pure
import { AppError } from '../../../platform/errors.ts';
import { currentPack, packPriceKey, packUnknown, type Catalog } from '../../plans/index.ts';
import { CURRENCY_NOT_SOLD, QUOTE_REQUEST_INVALID } from '../errors.ts';
import { line, sumOf } from './lines.ts';
import type { PackQuote, PackRequest } from './quote.ts';

const MOST_PACKS = 1_000;

/** The price of packs, which nothing lowers: discounts are for plans. */
export function quotePack(catalog: Catalog, request: PackRequest, currency: string): PackQuote {
  const { quantity } = request;
  const pack = currentPack(catalog, request.pack);
  if (pack === undefined) throw packUnknown(catalog, request.pack);
  if (!Number.isInteger(quantity) || quantity < 1 || quantity > MOST_PACKS) {
    throw new AppError(QUOTE_REQUEST_INVALID, {
      message: `Packs are bought from 1 to ${MOST_PACKS} at a time.`,
      fields: [{ field: '/quantity', message: `must be from 1 to ${MOST_PACKS}` }],
    });
  }
  const found = pack.prices.find((price) => price.currency === currency);
  if (found === undefined) {
    const known = pack.prices.map((price) => price.currency);
    const message = `${pack.name} is not sold in ${currency}, but in ${known.join(', ')}.`;
    const fields = [{ field: '/currency', message: `must be one of ${known.join(', ')}` }];
    throw new AppError(CURRENCY_NOT_SOLD, { message, fields, members: { known } });
  }
  const price = {
    kind: 'pack',
    id: found.id,
    lookupKey: packPriceKey(pack, currency),
    productId: `wf_pack_${pack.key}`,
    unitAmountMinor: found.amountMinor,
  } as const;
  const lines = [line({ kind: 'pack', description: pack.name, quantity, price, source: null })];
  const totalMinor = sumOf(lines);
  const sums = { subtotalMinor: totalMinor, discountMinor: 0, totalMinor, dueNowMinor: totalMinor };
  const { id: packId, key, version } = pack;
  return { kind: 'pack', packId, pack: key, version, quantity, currency, lines, ...sums };
}
