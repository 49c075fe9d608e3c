import { invalid } from '../http/errors.ts';
import { unsupported, type Spec } from '../http/params.ts';

/** What a card may be told that would change what comes out; only what is usual is taken. */
const USUAL: Readonly<Record<string, readonly string[]>> = {
  capture_method: [],
  request_three_d_secure: ['automatic'],
};

/** `payment_method_options`: taken where it changes nothing that the sandbox shows. */
export const methodOptions: Spec<undefined> = {
  isOptional: true,
  read(value, name) {
    if (typeof value === 'string') throw invalid('Invalid object', { param: name });
    const { card } = value;
    if (card === undefined || typeof card === 'string') return undefined;
    for (const [option, usual] of Object.entries(USUAL)) {
      const said = card[option];
      if (said === undefined || usual.includes(said as string)) continue;
      unsupported.read(said, `${name}[card][${option}]`);
    }
    return undefined;
  },
};
