import Stripe from 'stripe';
import { StripeError } from '../../src/http/errors.ts';
import { comparable, type Breach } from './invariants.ts';
import type { KindOf, Tally } from './tally.ts';
import type { Random } from './world/random.ts';
import type { Setting } from './world/setting.ts';
import type { World } from './world/world.ts';

/** A life while it is lived. */
export interface Life extends World {
  readonly random: Random;
  readonly setting: Setting;
  readonly tally: Tally;
  /** In how many parts each advance of the clock is made, and that of a year. */
  readonly parts: number;
  readonly partsOfYear: number;
  /** Whether previews are asked for: one that changed anything would tell the two lives apart. */
  readonly isForeseen: boolean;
  readonly breaches: Breach[];
  readonly log: string[];
  now: number;
  /** Subscriptions whose period was begun anew before it was over: some time is billed twice. */
  readonly resets: Set<string>;
  /** Whether there has been more than one subscription at a time. */
  hasSeveral: boolean;
  /** What was paid without a charge. */
  paidOutOfBand: number;
}

export function note(life: Life, what: string): void {
  life.log.push(`${life.now}: ${what}`);
}

const NO_METHOD = /no attached payment source|no `default_payment_method`/;

/** A card that is declined, or one that is not there, is an answer; all else is not expected. */
export async function mayBeDeclined<T>(deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed();
  } catch (error) {
    if (isDeclined(error) || isRefused(error, NO_METHOD)) return undefined;
    throw error;
  }
}

/** The next invoice; nothing where there is none, or where this life does not ask. */
export async function foresee(
  life: Life,
  asked: Omit<Stripe.InvoiceCreatePreviewParams, 'customer'>,
): Promise<Stripe.Invoice | 'none' | 'not asked'> {
  if (!life.isForeseen) return 'not asked';
  try {
    return await life.stripe.invoices.createPreview({ customer: life.setting.customer, ...asked });
  } catch (error) {
    if (isRefused(error, /^No upcoming invoices/)) return 'none';
    throw error;
  }
}

/** The SDK's error, or the sandbox's own where the SDK is left out. */
function isDeclined(error: unknown): boolean {
  if (error instanceof StripeError) return error.details.type === 'card_error';
  return error instanceof Stripe.errors.StripeCardError;
}

/** Whether a request was refused because of what it asked for, in these words. */
function isRefused(error: unknown, words: RegExp): boolean {
  const isInvalid =
    error instanceof StripeError
      ? error.details.type === 'invalid_request_error'
      : error instanceof Stripe.errors.StripeInvalidRequestError;
  return isInvalid && words.test((error as Error).message);
}

export function isLiving({ status }: Stripe.Subscription): boolean {
  return status !== 'canceled' && status !== 'incomplete_expired';
}

export const isIncomplete = ({ status }: Stripe.Subscription): boolean => status === 'incomplete';

/** The end of its period; all items of a subscription have the same. */
export function endOf({ items }: Stripe.Subscription): number {
  return items.data[0]!.current_period_end;
}

interface Foreseen {
  readonly preview: Awaited<ReturnType<typeof foresee>>;
  /** What came of it; an invoice, or what is foreseen now that the deed is done. */
  readonly billed: Stripe.Invoice | 'none' | 'not asked';
}

/** Holds what was foreseen against what was billed. */
export function compare(life: Life, what: KindOf<'previewed'>, foreseen: Foreseen): void {
  const { preview, billed } = foreseen;
  if (preview === 'not asked' || billed === 'not asked') return;
  life.tally.add('previewed', what);
  // What came in between may have used the balance; what is due follows from it.
  const withBalance =
    typeof preview === 'object' &&
    typeof billed === 'object' &&
    preview.starting_balance === billed.starting_balance &&
    billed.status !== 'draft';
  const [was, is] = [preview, billed].map((each) =>
    typeof each === 'object' ? JSON.stringify(comparable(each, withBalance)) : each,
  );
  if (was === is) return;
  const id = typeof billed === 'object' ? billed.id : 'nothing';
  life.breaches.push(`${what}: ${id} is not as it was foreseen:\n  ${was}\n  ${is}`);
}
