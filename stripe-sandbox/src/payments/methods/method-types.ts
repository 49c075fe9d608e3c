import { boolean, hash, list, oneOf, optional } from '../../http/params.ts';
import { invalid } from '../../http/errors.ts';

const KINDS = ['card', 'link', 'sepa_debit'] as const;

/** What an intent may be paid with. */
export const methodTypesSpec = list(oneOf(...KINDS), 10);

export const automaticMethodsSpec = hash({
  allow_redirects: optional(oneOf('always', 'never')),
  enabled: boolean,
});

interface Said {
  readonly automatic_payment_methods?:
    | {
        readonly allow_redirects?: 'always' | 'never' | undefined;
        readonly enabled: boolean;
      }
    | undefined;
  readonly payment_method_types?: readonly string[] | undefined;
  readonly allowed_payment_method_types?: readonly string[] | undefined;
}

interface Kinds {
  readonly paymentMethodTypes: readonly string[];
  readonly automaticPaymentMethods: {
    readonly allow_redirects: 'always' | 'never';
    readonly enabled: boolean;
  } | null;
}

/** Where nothing is said, an intent takes all that the account does: here, cards. */
export function methodTypesOf(said: Said): Kinds {
  const named = said.payment_method_types ?? said.allowed_payment_method_types;
  const automatic = said.automatic_payment_methods;
  if (named !== undefined) {
    if (automatic?.enabled === true && said.payment_method_types !== undefined) {
      throw invalid(
        'You may only specify one of these parameters: automatic_payment_methods, ' +
          'payment_method_types.',
      );
    }
    return { paymentMethodTypes: named, automaticPaymentMethods: null };
  }
  const { enabled = true, allow_redirects = 'always' } = automatic ?? {};
  return {
    paymentMethodTypes: ['card'],
    automaticPaymentMethods: enabled ? { allow_redirects, enabled } : null,
  };
}
