import Type from 'typebox';
import { Nullable } from '../../../platform/schemas.ts';

const Subscription = Type.Object({
  plan: Type.String(),
  name: Type.String(),
  billing_cycle: Type.String(),
  seats: Type.Integer(),
  status: Type.String(),
  period_start: Type.String(),
  period_end: Type.String(),
  trial_end: Nullable(Type.String()),
  cancel_at: Nullable(Type.String()),
  grace_ends_at: Nullable(Type.String({ description: 'Until when access stays unpaid.' })),
  scheduled: Type.Union([
    Type.Object({ plan: Type.String(), name: Type.String(), at: Type.String() }),
    Type.Null(),
  ]),
});

const Balance = Type.Object({
  feature: Type.String(),
  name: Type.String(),
  unit: Nullable(Type.String()),
  period_start: Nullable(Type.String()),
  period_end: Nullable(Type.String()),
  limit: Nullable(Type.Number()),
  used: Type.Number(),
  reserved: Type.Number(),
  remaining: Nullable(Type.Number()),
});

const NextInvoice = Type.Object({
  at: Type.String(),
  amount_minor: Type.Integer(),
  currency: Type.String(),
  lines: Type.Array(Type.Object({ description: Type.String(), amount_minor: Type.Integer() })),
});

const Pack = Type.Object({
  pack: Type.String(),
  name: Type.String(),
  feature: Type.String(),
  amount: Type.Number(),
  valid_days: Nullable(Type.Integer()),
  amount_minor: Type.Integer(),
  currency: Type.String(),
});

const Overage = Type.Object({
  feature: Type.String(),
  name: Type.String(),
  unit: Nullable(Type.String()),
  unit_price_minor: Type.String(),
  currency: Type.String(),
  spending_cap_minor: Nullable(Type.Integer()),
});

export const OverviewAnswer = Type.Object({
  user: Type.Object({ id: Type.String(), email: Type.String(), name: Nullable(Type.String()) }),
  plan: Type.Object({ plan: Type.String(), name: Type.String(), version: Type.Integer() }),
  status: Type.String(),
  restriction: Nullable(Type.String()),
  return_url: Nullable(Type.String()),
  subscription: Type.Union([Subscription, Type.Null()]),
  balances: Type.Array(Balance),
  next_invoice: Type.Union([NextInvoice, Type.Null()]),
  payment_method: Type.Union([
    Type.Object({ brand: Type.String(), last4: Type.String() }),
    Type.Null(),
  ]),
  packs: Type.Array(Pack),
  overage: Type.Array(Overage),
});

export const CheckoutStatusAnswer = Type.Object({
  status: Type.String({ enum: ['open', 'complete', 'expired'] }),
  is_active: Type.Boolean({ description: 'Whether what was bought is in force.' }),
  refusal: Nullable(
    Type.String({ description: 'trial_used: the card had a trial before, so it was not begun.' }),
  ),
});
