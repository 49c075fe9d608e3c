// pure
import Type, { type Static } from 'typebox';

const strict = { additionalProperties: false };
const Text = Type.String();
const Texts = Type.Array(Type.String());
const Cycle = Type.Enum(['monthly', 'yearly']);

const ConditionsEntry = Type.Object(
  {
    billing_cycle: Type.Optional(Cycle),
    plans: Type.Optional(Texts),
    billing_cycles: Type.Optional(Type.Array(Cycle)),
    currencies: Type.Optional(Texts),
    countries: Type.Optional(Texts),
    first_purchase_only: Type.Optional(Type.Boolean()),
    account: Type.Optional(Text),
    user: Type.Optional(Text),
    plan: Type.Optional(Text),
    plan_version: Type.Optional(Type.Integer()),
    currency: Type.Optional(Text),
  },
  strict,
);

/** Which of them a rule may have, and within which bounds, is said by its type: `readRule`. */
const EffectEntry = Type.Object(
  {
    percent_off_basis_points: Type.Optional(Type.Number()),
    /** By currency, in major units. */
    amounts_off: Type.Optional(Type.Record(Type.String(), Type.String())),
    duration: Type.Optional(Type.Enum(['once', 'repeating', 'forever'])),
    duration_in_months: Type.Optional(Type.Number()),
    amount: Type.Optional(Text),
    extra_seat_amount: Type.Optional(Text),
  },
  strict,
);

export const RuleEntry = Type.Object(
  {
    key: Text,
    name: Text,
    rule_type: Type.Enum(['discount', 'promotion', 'custom']),
    conditions: ConditionsEntry,
    effect: EffectEntry,
    stacking: Type.Optional(Type.Enum(['exclusive', 'stackable'])),
    priority: Type.Optional(Type.Integer({ minimum: -1_000, maximum: 1_000 })),
    valid_from: Type.Optional(Text),
    valid_until: Type.Optional(Text),
  },
  strict,
);

/** A rule as files and rows write it: its structure is right, what it says is not yet checked. */
export type WrittenRule = Static<typeof RuleEntry>;
export type WrittenConditions = WrittenRule['conditions'];
export type WrittenEffect = WrittenRule['effect'];
