import type { NewCodes } from '../../../server/src/domains/pricing/index.ts';
import { holdRedemption, redeem } from '../../../server/src/domains/pricing/index.ts';
import type { CardPayer } from '../company/cards.ts';
import { DEMO_ACTOR, type Doors } from '../doors.ts';
import type { StripeApi } from './stripe-api.ts';

interface CodeTerms {
  readonly name: string;
  readonly effect: NewCodes['effect'];
  /** What Stripe takes off by. */
  readonly coupon: Readonly<Record<string, string>>;
}

const CODES: Readonly<Record<string, CodeTerms>> = {
  WELCOME20: {
    name: '20 % for the first three months',
    effect: { percent_off_basis_points: 2_000, duration: 'repeating', duration_in_months: 3 },
    coupon: { percent_off: '20', duration: 'repeating', duration_in_months: '3' },
  },
  PODCAST10: {
    name: '10 % for listeners',
    effect: { percent_off_basis_points: 1_000, duration: 'forever' },
    coupon: { percent_off: '10', duration: 'forever' },
  },
};

/** Makes the codes that people use, where they are not there yet. */
export async function writeCodes({ pricing }: Doors, api: StripeApi, nowMs: number): Promise<void> {
  const context = { actor: DEMO_ACTOR, reason: 'the demo company', nowMs };
  for (const [code, { name, effect, coupon }] of Object.entries(CODES)) {
    if ((await pricing.findPromotionCode(code)) !== undefined) continue;
    await api.post('coupons', { id: couponOf(code), name, ...coupon }, `coupon ${code}`);
    const codes = { kind: 'named', code } as const;
    const conditions = { billing_cycles: ['monthly' as const] };
    await pricing.createPromotionCodes({ codes, name, effect, conditions }, context);
  }
}

export function couponOf(code: string): string {
  return `demo_${code.toLowerCase()}`;
}

interface Use {
  readonly accountId: number;
  readonly payer: CardPayer;
  readonly nowMs: number;
}

/** Notes who has used a code, as a checkout that was paid does. */
export async function useCode({ commands }: Doors, use: Use): Promise<void> {
  const { accountId, payer, nowMs } = use;
  const { code, plan, cycle, currency, person } = payer;
  if (code === null) return;
  const context = { actor: DEMO_ACTOR, reason: 'bought with a code', nowMs };
  const reference = `demo:${person.id}`;
  const purchase = { plan, billingCycle: cycle, currency };
  const buyer = { country: person.country, hasPurchased: false };
  await commands.database.transaction(async (tx) => {
    await holdRedemption(tx, { code, accountId, reference, purchase, buyer }, context);
    await redeem(tx, reference, context);
  });
}
