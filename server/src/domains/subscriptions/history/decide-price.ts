import { AppError } from '../../../platform/errors.ts';
import { CONTRACT_PRICE_INVALID, CONTRACT_PRICE_MISSING } from '../errors.ts';
import type { SubscriptionState } from '../subscription.ts';
import type { SubscriptionChange } from './change.ts';
import { intervalOf, priceOf, type ContractPrice } from './contract.ts';

/** What a command says of a contract or a gift. */
export interface SaidOfContract {
  readonly state: SubscriptionState;
  /** As before where it is not said; nothing is known of one that was never priced. */
  readonly price: ContractPrice | undefined;
  /** The account's, in which what costs nothing is counted. */
  readonly currency: string;
}

/**
 * What a contract costs from now on. A gift costs nothing, and neither does, so far, a contract
 * whose price nobody has said. What is agreed for a month says nothing of a year.
 */
export function decidePrice(
  history: readonly SubscriptionChange[],
  { state, price, currency }: SaidOfContract,
): ContractPrice {
  const nothing: ContractPrice = { amountMinor: 0, currency, per: 'contract' };
  if (state.source === 'gift') {
    if (price === undefined || price.amountMinor === 0) return nothing;
    throw new AppError(CONTRACT_PRICE_INVALID, { message: 'A gift costs nothing.' });
  }
  if (price !== undefined) return payable(price);
  const item = history.findLast(({ items }) => items.length > 0)?.items[0];
  if (item === undefined) return nothing;
  const agreed = priceOf(item);
  const isOfCycle = item.interval === intervalOf(state.billingCycle);
  if (isOfCycle || agreed.amountMinor === 0 || state.endedMs !== null) return agreed;
  throw new AppError(CONTRACT_PRICE_MISSING, {
    message: 'Another billing cycle needs the price that was agreed for it.',
  });
}

function payable(price: ContractPrice): ContractPrice {
  const { amountMinor } = price;
  if (Number.isSafeInteger(amountMinor) && amountMinor >= 0) return price;
  throw new AppError(CONTRACT_PRICE_INVALID, {
    message: 'The price of a contract is a whole number of minor units, and not below 0.',
  });
}
