import Type, { type Static } from 'typebox';
import type { Database } from '../../../platform/database.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Instant, Nullable, Text, UserId } from '../../../platform/schemas.ts';
import type { Accounts } from '../../accounts/index.ts';
import { staffCommand } from '../../plans/index.ts';
import type { PricingRule } from '../rules/rule.ts';
import { findRules } from '../store.ts';
import { Reason } from './fields.ts';
import { putAnswer, PutSchema, ruleAnswer, RuleSchema } from './rules-routes.ts';
import { putRule, type StatedRule } from './rules.ts';

const path = '/admin/v1/users/{user}/prices';
const tag = 'Pricing by staff';

export interface PricesDependencies {
  readonly database: Database;
  readonly accounts: Pick<Accounts, 'getUser'>;
}

const priceFields = {
  plan: Text({ minLength: 1, maxLength: 63 }),
  billing_cycle: Type.Enum(['monthly', 'yearly']),
  currency: Text({ minLength: 3, maxLength: 3, description: 'In lower case, such as usd.' }),
  amount: Text({ minLength: 1, maxLength: 20, description: 'In major units, such as 1200.00.' }),
  extra_seat_amount: Type.Optional(Text({ minLength: 1, maxLength: 20 })),
  plan_version: Type.Optional(Type.Integer({ minimum: 1 })),
  valid_until: Type.Optional(Instant),
  stacking: Type.Optional(Type.Enum(['exclusive', 'stackable'])),
};

/** What was agreed upon with one customer; ended like every other rule. */
export function pricesRoutes(deps: PricesDependencies): Route[] {
  return [listingRoute(deps), agreeingRoute(deps)];
}

function listingRoute({ database, accounts }: PricesDependencies): Route {
  return route({
    method: 'GET',
    path,
    summary: 'The prices that were agreed upon with a user',
    tag,
    scope: 'staff',
    permission: 'money.read',
    params: Input({ user: UserId }),
    response: Type.Object({ data: Type.Array(RuleSchema), next_cursor: Type.Null() }),
    async handler({ params, nowMs }) {
      const { accountId, externalId: user } = await accounts.getUser(params.user);
      const rules = await findRules(database);
      const own = rules.filter((rule) => isOf(rule, { accountId, user }));
      return { data: own.map((rule) => ruleAnswer(rule, nowMs)), next_cursor: null };
    },
  });
}

function agreeingRoute({ database, accounts }: PricesDependencies): Route {
  return route({
    method: 'POST',
    path,
    summary: 'Agree upon a price with a user',
    description:
      'In the place of what the plan costs from the next purchase or change on; a subscription ' +
      'that there is stays as it was bought. One of a plan, cycle and currency: with `version` ' +
      'it takes the place of the present one. It ends as pricing rules end.',
    tag,
    scope: 'staff',
    permission: 'pricing.write',
    params: Input({ user: UserId }),
    body: Input({
      ...priceFields,
      version: Type.Optional(Nullable(Type.Integer({ minimum: 1 }))),
      reason: Reason,
      dry_run: Type.Optional(Type.Boolean()),
    }),
    response: PutSchema,
    async handler(request) {
      const { version = null, reason, dry_run: isDry = false, ...price } = request.body;
      const { accountId } = await accounts.getUser(request.params.user);
      const stated = { ...agreedRule(accountId, price), version };
      const context = staffCommand(request, reason);
      const put = await performOrTry(database, { isDry }, (tx) => putRule(tx, stated, context));
      return putAnswer(put, isDry, request.nowMs);
    },
  });
}

type AgreedPrice = Static<ReturnType<typeof Input<typeof priceFields>>>;

/** As catalogue files write it; its key says for whom and for what it is. */
function agreedRule(accountId: number, price: AgreedPrice): Omit<StatedRule, 'version'> {
  const { plan, billing_cycle: cycle, currency } = price;
  const key = ['account', accountId, plan.replaceAll('-', '_'), cycle, currency].join('_');
  const { plan_version: planVersion, extra_seat_amount: seat, stacking } = price;
  const rule = {
    name: `Agreed price of ${plan}, ${cycle}`,
    rule_type: 'custom',
    conditions: {
      account: String(accountId),
      plan,
      ...(planVersion !== undefined && { plan_version: planVersion }),
      billing_cycle: cycle,
      currency,
    },
    effect: { amount: price.amount, ...(seat !== undefined && { extra_seat_amount: seat }) },
    ...(stacking !== undefined && { stacking }),
    ...(price.valid_until !== undefined && { valid_until: price.valid_until }),
  };
  return { key, rule };
}

function isOf(
  rule: PricingRule,
  of: { readonly accountId: number; readonly user: string },
): boolean {
  if (rule.ruleType !== 'custom') return false;
  const { buyer } = rule;
  return buyer.kind === 'account' ? buyer.accountId === of.accountId : buyer.user === of.user;
}
