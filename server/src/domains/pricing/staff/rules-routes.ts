import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor } from '../../../platform/database.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import { findContacts } from '../../accounts/index.ts';
import { staffCommand } from '../../plans/index.ts';
import { writeRule } from '../rules/write-rule.ts';
import type { PricingRule } from '../rules/rule.ts';
import { findRules } from '../store.ts';
import { Reason, Stated } from './fields.ts';
import { endRule, putRule, ruleStateAt, type PutRule } from './rules.ts';

const path = '/admin/v1/pricing-rules';
const tag = 'Pricing by staff';
const read = { tag, scope: 'staff', permission: 'plans.read' } as const;
const write = { tag, scope: 'staff', permission: 'pricing.write' } as const;

const Key = Text({ minLength: 1, maxLength: 63, description: 'Such as yearly_discount.' });
const Version = Type.Integer({ minimum: 1, description: 'Of the rule that was looked at.' });
const Kind = Type.Enum(['discount', 'promotion', 'custom']);
const dry = { dry_run: Type.Optional(Type.Boolean({ description: 'Only says what would be.' })) };

export const RuleSchema = Type.Object({
  key: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a change.' }),
  name: Type.String(),
  rule_type: Type.String(),
  state: Type.String({ enum: ['scheduled', 'active', 'over'] }),
  conditions: Stated,
  effect: Stated,
  stacking: Nullable(Type.String()),
  priority: Type.Integer(),
  valid_from: Type.String(),
  valid_until: Nullable(Type.String()),
});

const ListedSchema = Type.Object({
  ...RuleSchema.properties,
  user: Nullable(Type.String({ description: "The app's own id of whom a price was agreed with." })),
});

const PutSchema = Type.Object({
  dry_run: Type.Boolean(),
  before: Type.Union([RuleSchema, Type.Null()]),
  after: RuleSchema,
  plans: Type.Array(Type.String(), {
    description: 'Of which a version is made, because their yearly prices change.',
  }),
});

/** The rules that stand, and how they are put there and ended. */
export function rulesRoutes({ database }: { readonly database: Database }): Route[] {
  return [
    route({
      ...read,
      method: 'GET',
      path,
      summary: 'The pricing rules that stand',
      query: Input({ rule_type: Type.Optional(Kind) }),
      response: Type.Object({ data: Type.Array(ListedSchema), next_cursor: Type.Null() }),
      async handler({ query, nowMs }) {
        const kind = query.rule_type;
        const rules = (await findRules(database)).filter(
          (rule) => kind === undefined || rule.ruleType === kind,
        );
        const userOf = await buyersOf(database, rules);
        const data = rules.map((rule) => ({ ...ruleAnswer(rule, nowMs), user: userOf(rule) }));
        return { data, next_cursor: null };
      },
    }),
    ...puttingRoutes(database),
    endingRoute(database),
  ];
}

/** Answers with whom a price was agreed; `null` for a rule that is for others than one. */
async function buyersOf(
  executor: Executor,
  rules: readonly PricingRule[],
): Promise<(rule: PricingRule) => string | null> {
  const buyers = rules.flatMap((rule) => (rule.ruleType === 'custom' ? [rule.buyer] : []));
  const accounts = buyers.flatMap((buyer) => (buyer.kind === 'account' ? [buyer.accountId] : []));
  const contacts = await findContacts(executor, accounts);
  return (rule) => {
    if (rule.ruleType !== 'custom') return null;
    const { buyer } = rule;
    if (buyer.kind === 'user') return buyer.user;
    return contacts.get(buyer.accountId)?.externalId ?? null;
  };
}

function puttingRoutes(database: Database): Route[] {
  return [
    route({
      ...write,
      method: 'POST',
      path,
      summary: 'Put a pricing rule in force',
      description: 'Stated as in catalogue files, and checked as there, all faults at once.',
      body: Input({ key: Key, rule: Stated, reason: Reason, ...dry }),
      response: PutSchema,
      async handler(request) {
        const { key, rule, reason, dry_run: isDry = false } = request.body;
        const context = staffCommand(request, reason);
        const put = await performOrTry(database, { isDry }, (tx) =>
          putRule(tx, { key, rule, version: null }, context),
        );
        return putAnswer(put, isDry, request.nowMs);
      },
    }),
    route({
      ...write,
      method: 'PUT',
      path: `${path}/{key}`,
      summary: 'Put another rule in the place of one',
      description: 'What was bought by the former one stays as it was bought.',
      params: Input({ key: Key }),
      body: Input({ version: Version, rule: Stated, reason: Reason, ...dry }),
      response: PutSchema,
      async handler(request) {
        const { version, rule, reason, dry_run: isDry = false } = request.body;
        const context = staffCommand(request, reason);
        const put = await performOrTry(database, { isDry }, (tx) =>
          putRule(tx, { key: request.params.key, rule, version }, context),
        );
        return putAnswer(put, isDry, request.nowMs);
      },
    }),
  ];
}

function endingRoute(database: Database): Route {
  return route({
    ...write,
    method: 'POST',
    path: `${path}/{key}/end`,
    summary: 'End a pricing rule without another in its place',
    description: 'What was bought by it stays, and yearly prices belong to their versions.',
    params: Input({ key: Key }),
    body: Input({ version: Version, reason: Reason, ...dry }),
    response: Type.Object({ dry_run: Type.Boolean(), before: RuleSchema }),
    async handler(request) {
      const { version, reason, dry_run: isDry = false } = request.body;
      const context = staffCommand(request, reason);
      const target = { key: request.params.key, version };
      const before = await performOrTry(database, { isDry }, (tx) => endRule(tx, target, context));
      return { dry_run: isDry, before: ruleAnswer(before, request.nowMs) };
    },
  });
}

export function ruleAnswer(rule: PricingRule, nowMs: number): Static<typeof RuleSchema> {
  const written = writeRule(rule);
  return {
    key: rule.key,
    version: rule.id,
    name: rule.name,
    rule_type: rule.ruleType,
    state: ruleStateAt(rule, nowMs),
    conditions: written.conditions,
    effect: written.effect,
    stacking: written.stacking ?? null,
    priority: rule.priority,
    valid_from: formatInstant(rule.validFromMs),
    valid_until: rule.validUntilMs === null ? null : formatInstant(rule.validUntilMs),
  };
}

export function putAnswer(
  { before, after, plans }: PutRule,
  isDry: boolean,
  nowMs: number,
): Static<typeof PutSchema> {
  return {
    dry_run: isDry,
    before: before === null ? null : ruleAnswer(before, nowMs),
    after: ruleAnswer(after, nowMs),
    plans: [...plans],
  };
}

export { PutSchema };
