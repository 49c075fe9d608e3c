import Type from 'typebox';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import { QuoteAnswer, purchaseInputs, quoteAnswer } from '../quotes/routes.ts';
import type { Quotes } from '../quotes/service.ts';
import { ruleAnswer, RuleSchema } from './rules-routes.ts';

const { seats, promotion_code: promotionCode, currency } = purchaseInputs;

const ExplainedSchema = Type.Object({
  quote: Type.Union([QuoteAnswer, Type.Null()], { description: 'None where nothing is sold so.' }),
  refusal: Type.Union([Type.Object({ code: Type.String(), detail: Type.String() }), Type.Null()], {
    description: 'Why there is no quote, or why the promotion code is not in it.',
  }),
  promotion_code: Type.Object({
    asked: Nullable(Type.String()),
    applied: Type.Boolean(),
  }),
  rules: Type.Array(Type.Object({ rule: RuleSchema, applied: Type.Boolean(), why: Type.String() })),
});

export function quotesStaffRoutes(quotes: Pick<Quotes, 'explain'>): Route[] {
  return [
    route({
      method: 'POST',
      path: '/admin/v1/quotes/explain',
      summary: 'What a user or a stranger would pay, and what became of every rule',
      description: 'Decided by the functions that checkout asks. Changes nothing.',
      tag: 'Pricing by staff',
      scope: 'staff',
      permission: 'plans.read',
      body: Input({
        user: Type.Optional(UserId),
        plan: Text({ minLength: 1, maxLength: 63, description: 'The slug of a plan.' }),
        billing_cycle: Type.Enum(['monthly', 'yearly']),
        seats,
        promotion_code: promotionCode,
        currency,
      }),
      response: ExplainedSchema,
      async handler({ body, nowMs }) {
        const asked = body.promotion_code ?? null;
        const request = {
          kind: 'plan',
          plan: body.plan,
          billingCycle: body.billing_cycle,
          seats: body.seats ?? null,
          promotionCode: asked,
          currency: body.currency ?? null,
        } as const;
        const { quote, refusal, rules } = await quotes.explain(body.user ?? null, request, nowMs);
        return {
          quote: quote && quoteAnswer(quote),
          refusal: refusal && { code: refusal.code, detail: refusal.message },
          promotion_code: { asked, applied: quote?.promotionCode?.isApplied ?? false },
          rules: rules.map(({ rule, isApplied, why }) => ({
            rule: ruleAnswer(rule, nowMs),
            applied: isApplied,
            why,
          })),
        };
      },
    }),
  ];
}
