import { invalid } from '../../http/errors.ts';
import { fingerprintOf } from './cards.ts';

/** What is kept of an account that is debited; its payments settle later. */
export interface SepaFacts extends SepaConduct {
  readonly bankCode: string;
  readonly country: string;
  readonly fingerprint: string;
  readonly last4: string;
}

const SOON_SECONDS = 0;
const THREE_MINUTES_SECONDS = 180;

interface SepaConduct {
  /** Whether a debit goes through once the bank has looked at it. */
  readonly succeeds: boolean;
  /** How long a debit is processed. */
  readonly delaySeconds: number;
}

/** Test accounts of https://docs.stripe.com/payments/sepa-debit; all others succeed at once. */
const CONDUCTS = new Map<string, SepaConduct>([
  ['AT321904300235473204', { succeeds: true, delaySeconds: THREE_MINUTES_SECONDS }],
  ['AT861904300235473202', { succeeds: false, delaySeconds: SOON_SECONDS }],
  ['AT051904300235473205', { succeeds: false, delaySeconds: THREE_MINUTES_SECONDS }],
  ['DE08370400440532013003', { succeeds: true, delaySeconds: THREE_MINUTES_SECONDS }],
  ['DE62370400440532013001', { succeeds: false, delaySeconds: SOON_SECONDS }],
  ['DE78370400440532013004', { succeeds: false, delaySeconds: THREE_MINUTES_SECONDS }],
  // The failure of an asynchronous checkout in Stripe's CLI.
  ['IT60X0542811101000000123456', { succeeds: false, delaySeconds: SOON_SECONDS }],
]);

const usual: SepaConduct = { succeeds: true, delaySeconds: SOON_SECONDS };

export function sepaOf(given: string): SepaFacts {
  const iban = given.replaceAll(' ', '').toUpperCase();
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) {
    throw invalid('The IBAN you provided is invalid.', {
      code: 'invalid_bank_account_iban',
      param: 'sepa_debit[iban]',
    });
  }
  return {
    bankCode: iban.slice(4, 9),
    country: iban.slice(0, 2),
    fingerprint: fingerprintOf(iban),
    last4: iban.slice(-4),
    ...(CONDUCTS.get(iban) ?? usual),
  };
}
