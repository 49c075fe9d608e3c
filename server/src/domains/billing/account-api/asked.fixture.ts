/** A plan as it is bought. */
export const plan = { plan: 'pro', billing_cycle: 'monthly' } as const;
/** All that a customer may ask of their page: method, path below its API, and body. */
export const ASKED: readonly (readonly [string, string, unknown?])[] = [
  ['GET', 'overview'],
  ['GET', 'plans'],
  ['GET', 'invoices'],
  ['GET', 'checkouts/x'],
  ['POST', 'quotes', plan],
  ['POST', 'checkout', plan],
  ['POST', 'portal'],
  ['POST', 'subscription/preview', { ...plan, when: 'now' }],
  ['POST', 'subscription/change', { preview_token: 'x' }],
  ['POST', 'subscription/cancel', { when: 'now' }],
  ['POST', 'subscription/resume'],
  ['PUT', 'overage/audio_minutes', { spending_cap_minor: 1 }],
  ['DELETE', 'overage/audio_minutes'],
];
