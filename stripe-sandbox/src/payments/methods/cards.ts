import { createHash } from 'node:crypto';
import type { DeclineName } from './declines.ts';

/** When a card's bank wants to see its holder. */
export type Authentication =
  /** At no time. */
  | 'never'
  /** For every payment, whatever was done before. */
  | 'always'
  /** Until it has been set up for payments without its holder. */
  | 'unless_set_up'
  /** While its holder is there; it counts as set up for payments without. */
  | 'on_session';

/** What Stripe lets a test card do. */
export interface CardConduct {
  /** Why a charge fails; `null` where it succeeds. */
  readonly charge: DeclineName | null;
  /** Why it cannot be attached to a customer or set up. */
  readonly setup: DeclineName | null;
  readonly authentication: Authentication;
}

export interface TestCard extends CardConduct {
  readonly number: string;
  /** Behind `pm_card_` and `tok_`. */
  readonly names: readonly string[];
  readonly country: string;
  readonly funding: 'credit' | 'debit' | 'prepaid';
}

const fine: CardConduct = { charge: null, setup: null, authentication: 'never' };

function card(number: string, names: readonly string[], facts: Partial<TestCard> = {}): TestCard {
  return { number, names, country: 'US', funding: 'credit', ...fine, ...facts };
}

function declined(number: string, name: string, why: DeclineName): TestCard {
  return card(number, [name], { charge: why, setup: why });
}

/** The test cards of https://docs.stripe.com/testing, with what is known there of each. */
const TEST_CARDS: readonly TestCard[] = [
  card('4242424242424242', ['visa', 'us', 'visa_us']),
  card('4000056655665556', ['visa_debit'], { funding: 'debit' }),
  card('5555555555554444', ['mastercard']),
  card('2223003122003222', ['mastercard_series2']),
  card('5200828282828210', ['mastercard_debit'], { funding: 'debit' }),
  card('5105105105105100', ['mastercard_prepaid'], { funding: 'prepaid' }),
  card('378282246310005', ['amex']),
  card('371449635398431', []),
  card('6011111111111117', ['discover']),
  card('6011000990139424', []),
  card('3056930009020004', ['diners']),
  card('36227206271667', []),
  card('3566002020360505', ['jcb'], { country: 'JP' }),
  card('6200000000000005', ['unionpay'], { country: 'CN' }),
  card('4000000360000006', ['au'], { country: 'AU' }),
  card('4000000760000002', ['br'], { country: 'BR' }),
  card('4000001240000000', ['ca'], { country: 'CA' }),
  card('4000007560000009', ['ch'], { country: 'CH' }),
  card('4000002760000016', ['de'], { country: 'DE' }),
  card('4000002500000003', ['fr'], { country: 'FR' }),
  card('4000008260000000', ['gb'], { country: 'GB' }),
  card('4000003920000003', ['jp'], { country: 'JP' }),
  card('4000004840008001', ['mx'], { country: 'MX' }),
  card('4000005280000002', ['nl'], { country: 'NL' }),
  card('4000000000000077', ['bypassPending']),
  card('4000000000009235', ['riskLevelElevated']),
  card('4000000000007726', ['pendingRefund']),
  // Their payments succeed; the disputes that Stripe opens afterwards are out of scope.
  card('4000000000000259', ['createDispute']),
  card('4000000000002685', ['createDisputeProductNotReceived']),
  card('4000000000001976', ['createDisputeInquiry']),
  declined('4000000000000002', 'chargeDeclined', 'generic_decline'),
  declined('4000000000009995', 'chargeDeclinedInsufficientFunds', 'insufficient_funds'),
  declined('4000000000009987', 'chargeDeclinedLostCard', 'lost_card'),
  declined('4000000000009979', 'chargeDeclinedStolenCard', 'stolen_card'),
  declined('4000000000000069', 'chargeDeclinedExpiredCard', 'expired_card'),
  declined('4000000000000127', 'chargeDeclinedIncorrectCvc', 'incorrect_cvc'),
  declined('4000000000000119', 'chargeDeclinedProcessingError', 'processing_error'),
  declined('4000000000006975', 'chargeDeclinedVelocityLimitExceeded', 'card_velocity_exceeded'),
  declined('4100000000000019', 'radarBlock', 'fraudulent'),
  card('4000000000000341', ['chargeCustomerFail'], { charge: 'generic_decline' }),
  card('4000002500003155', ['authenticationRequiredOnSetup'], { authentication: 'unless_set_up' }),
  card('4000002760003184', ['authenticationRequired'], { authentication: 'always' }),
  card('4000003800000446', ['authenticationRequiredSetupForOffSession'], {
    authentication: 'on_session',
  }),
  card('4000008260003178', ['authenticationRequiredChargeDeclinedInsufficientFunds'], {
    charge: 'insufficient_funds',
    authentication: 'always',
  }),
  card('4000000000003220', ['threeDSecure2Required'], { authentication: 'always' }),
  card('4000000000003063', ['threeDSecureRequired'], { authentication: 'always' }),
  card('4000008400001629', ['threeDSecureRequiredChargeDeclined'], {
    charge: 'generic_decline',
    authentication: 'always',
  }),
  card('4000000000003055', ['threeDSecureOptional']),
];

const byNumber = new Map(TEST_CARDS.map((each) => [each.number, each]));
const byName = new Map(TEST_CARDS.flatMap((each) => each.names.map((name) => [name, each])));

export function testCardWith(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** The card of `pm_card_visa` or `tok_visa`; names of declines come with `visa_` and without. */
export function testCardNamed(token: string): TestCard | undefined {
  const name = /^(?:pm_card|tok)_(\w+)$/.exec(token)?.[1];
  if (name === undefined) return undefined;
  return byName.get(name) ?? byName.get(name.replace(/^visa_/, ''));
}

/** The issuer's network, as the first digits tell. */
export function brandOf(number: string): string {
  if (number.startsWith('4')) return 'visa';
  if (/^(?:5[1-5]|2[2-7])/.test(number)) return 'mastercard';
  if (/^3[47]/.test(number)) return 'amex';
  if (/^(?:30|36|38|39)/.test(number)) return 'diners';
  if (number.startsWith('35')) return 'jcb';
  if (number.startsWith('62')) return 'unionpay';
  if (/^6(?:011|4|5)/.test(number)) return 'discover';
  return 'unknown';
}

/** The same for the same number, whoever gives it. */
export function fingerprintOf(number: string): string {
  return createHash('sha256').update(`account ${number}`).digest('base64url').slice(0, 16);
}

/** Whether the last digit fits the others (ISO/IEC 7812-1, annex B). */
export function hasValidCheckDigit(number: string): boolean {
  let sum = 0;
  for (let place = 0; place < number.length; place += 1) {
    const digit = Number(number[number.length - 1 - place]);
    const counted = place % 2 === 0 ? digit : digit * 2;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
}
