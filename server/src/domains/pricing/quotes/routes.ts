import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { AppError } from '../../../platform/errors.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import { QUOTE_REQUEST_INVALID } from '../errors.ts';
import type { Quote, QuoteLine, QuoteRequest } from './quote.ts';
import type { Quotes } from './service.ts';

const Cycle = Type.Enum(['monthly', 'yearly']);

/** What can be bought, as every route names it that sells something. */
export const purchaseInputs = {
  plan: Type.Optional(Text({ minLength: 1, maxLength: 63, description: 'The slug of a plan.' })),
  pack: Type.Optional(Text({ minLength: 1, maxLength: 63, description: 'The key of a pack.' })),
  billing_cycle: Type.Optional(Cycle),
  seats: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 10_000, description: 'All, the included ones too.' }),
  ),
  quantity: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'Of packs.' })),
  promotion_code: Type.Optional(Text({ minLength: 1, maxLength: 100 })),
  currency: Type.Optional(
    Type.String({ pattern: '^[a-z]{3}$', description: "ISO 4217; else the account's own." }),
  ),
};

const QuoteInput = Input({ user: Type.Optional(UserId), ...purchaseInputs });

const LineSchema = Type.Object({
  kind: Type.String({ enum: ['plan', 'extra_seats', 'pack', 'discount'] }),
  description: Type.String(),
  quantity: Type.Integer(),
  unit_amount_minor: Type.Integer(),
  amount_minor: Type.Integer({ description: 'Below zero for a discount.' }),
  amount: Type.String({ description: 'In major units, such as `182.40`.' }),
  rule: Nullable(Type.String({ description: 'The pricing rule that it comes from.' })),
  promotion_code: Nullable(Type.String()),
});

const PaymentSchema = Type.Object({
  from: Type.String({ description: 'What each payment comes to from then on.' }),
  amount_minor: Type.Integer(),
  amount: Type.String(),
  discount_minor: Type.Integer(),
});

export const QuoteAnswer = Type.Object({
  plan: Nullable(Type.String()),
  pack: Nullable(Type.String()),
  version: Type.Integer(),
  billing_cycle: Nullable(Type.String()),
  seats: Nullable(Type.Integer()),
  extra_seats: Nullable(Type.Integer()),
  quantity: Nullable(Type.Integer()),
  currency: Type.String(),
  lines: Type.Array(LineSchema),
  subtotal_minor: Type.Integer(),
  discount_minor: Type.Integer(),
  total_minor: Type.Integer({ description: 'Of the first payment; the lines sum to it.' }),
  due_now_minor: Type.Integer({ description: 'Nothing while the plan is tried.' }),
  due_now: Type.String(),
  trial_days: Type.Integer(),
  trial_ends_at: Nullable(Type.String()),
  recurring: Type.Array(PaymentSchema, { description: 'Empty for what is bought once.' }),
  promotion_code: Type.Union([
    Type.Object({
      code: Type.String(),
      applied: Type.Boolean({ description: 'Not where another offer is better.' }),
    }),
    Type.Null(),
  ]),
});

export function quotesRoutes(quotes: Quotes): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/quotes',
      summary: 'What something would cost, and why',
      description:
        'Line by line, with the rule or code that each discount comes from, and what later ' +
        'payments come to. Changes nothing, holds nothing. A promotion code that does not apply ' +
        'is refused with the reason.',
      tag: 'Plans',
      scope: 'read',
      body: QuoteInput,
      response: QuoteAnswer,
      async handler({ body, nowMs }) {
        const { user = null, ...purchase } = body;
        return quoteAnswer(await quotes.quote(user, readPurchase(purchase), nowMs));
      },
    }),
  ];
}

type PurchaseInput = Omit<Static<typeof QuoteInput>, 'user'>;

/** A plan with its cycle, or a pack, and nothing that belongs to the other. */
export function readPurchase(input: PurchaseInput): QuoteRequest {
  const { plan, pack, billing_cycle: billingCycle, quantity, seats, currency = null } = input;
  if ((plan === undefined) === (pack === undefined))
    refuse('/plan', 'name either a plan or a pack');
  if (pack !== undefined) {
    for (const name of ['billing_cycle', 'seats', 'promotion_code'] as const) {
      if (input[name] !== undefined) refuse(`/${name}`, 'is not for packs');
    }
    return { kind: 'pack', pack, quantity: quantity ?? 1, currency };
  }
  if (quantity !== undefined) refuse('/quantity', 'is for packs');
  if (billingCycle === undefined) refuse('/billing_cycle', 'must be monthly or yearly');
  const promotionCode = input.promotion_code ?? null;
  return { kind: 'plan', plan: plan!, billingCycle, seats: seats ?? null, promotionCode, currency };
}

function refuse(field: string, message: string): never {
  throw new AppError(QUOTE_REQUEST_INVALID, {
    message: `${field.slice(1)}: ${message}.`,
    fields: [{ field, message }],
  });
}

export function quoteAnswer(quote: Quote): Static<typeof QuoteAnswer> {
  const { currency } = quote;
  const shown = (amountMinor: number): string => formatMoney(money(amountMinor, currency));
  const plan = quote.kind === 'plan' ? quote : null;
  const pack = quote.kind === 'pack' ? quote : null;
  return {
    plan: plan?.plan ?? null,
    pack: pack?.pack ?? null,
    version: quote.version,
    billing_cycle: plan?.billingCycle ?? null,
    seats: plan?.seats ?? null,
    extra_seats: plan?.extraSeats ?? null,
    quantity: pack?.quantity ?? null,
    currency,
    lines: quote.lines.map((line) => lineAnswer(line, currency)),
    subtotal_minor: quote.subtotalMinor,
    discount_minor: quote.discountMinor,
    total_minor: quote.totalMinor,
    due_now_minor: quote.dueNowMinor,
    due_now: shown(quote.dueNowMinor),
    trial_days: plan?.trial?.days ?? 0,
    trial_ends_at: plan?.trial ? formatInstant(plan.trial.endsMs) : null,
    recurring: (plan?.payments ?? []).map(({ fromMs, amountMinor, discountMinor }) => ({
      from: formatInstant(fromMs),
      amount_minor: amountMinor,
      amount: shown(amountMinor),
      discount_minor: discountMinor,
    })),
    promotion_code: plan?.promotionCode
      ? { code: plan.promotionCode.code, applied: plan.promotionCode.isApplied }
      : null,
  };
}

function lineAnswer(line: QuoteLine, currency: string): Static<typeof LineSchema> {
  const { source } = line;
  return {
    kind: line.kind,
    description: line.description,
    quantity: line.quantity,
    unit_amount_minor: line.unitAmountMinor,
    amount_minor: line.amountMinor,
    amount: formatMoney(money(line.amountMinor, currency)),
    rule: source?.kind === 'rule' ? source.key : null,
    promotion_code: source?.kind === 'code' ? source.code : null,
  };
}
