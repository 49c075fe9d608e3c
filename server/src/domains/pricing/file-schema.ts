// pure
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { pointer, type Faults } from '../plans/index.ts';
import { RuleEntry } from './rules/rule-schema.ts';

const strict = { additionalProperties: false };
const Text = Type.String();
const TextOrNull = Type.Union([Type.String(), Type.Null()]);

const FeatureEntry = Type.Object(
  {
    key: Text,
    kind: Type.Enum(['boolean', 'metered', 'level', 'value']),
    name: Text,
    description: Type.Optional(Text),
    unit: Type.Optional(TextOrNull),
    when_missing: Type.Enum(['deny', 'latest_version']),
    on_unavailable: Type.Enum(['allow', 'deny', 'last_known']),
    commit_event: Type.Optional(TextOrNull),
  },
  strict,
);

const EventTypeEntry = Type.Object(
  {
    key: Text,
    name: Text,
    counts: Type.Array(
      Type.Object(
        {
          feature: Text,
          dimension: Type.Enum(['amount', 'count', 'tokens_in', 'tokens_out']),
          factor: Type.Optional(Type.Union([Type.String(), Type.Number()])),
        },
        strict,
      ),
    ),
  },
  strict,
);

/** By currency, in major units. */
const Prices = Type.Record(Type.String(), Type.String());

const PlanEntry = Type.Object(
  {
    slug: Text,
    name: Text,
    description: Type.Optional(Text),
    default: Type.Optional(Type.Boolean()),
    /** A plan without any has a price that is agreed upon. */
    monthly_prices: Prices,
    trial_days: Type.Optional(Type.Integer({ minimum: 0, maximum: 730 })),
    /** Of seats beyond the included ones; yearly prices are made by the rule. */
    extra_seat: Type.Optional(Type.Object({ feature: Text, monthly_prices: Prices }, strict)),
    /** What is said of each feature depends on its kind. */
    features: Type.Record(Type.String(), Type.Unknown()),
  },
  strict,
);

const PackEntry = Type.Object(
  {
    key: Text,
    name: Text,
    feature: Text,
    amount: Type.Union([Type.String(), Type.Number()]),
    valid_days: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
    prices: Prices,
  },
  strict,
);

const FileSchema = Type.Object(
  {
    features: Type.Array(FeatureEntry),
    event_types: Type.Array(EventTypeEntry),
    pricing_rules: Type.Array(RuleEntry),
    plans: Type.Array(PlanEntry),
    packs: Type.Optional(Type.Array(PackEntry)),
  },
  strict,
);

/** The written form of a catalogue: its structure is right, what it says is not yet checked. */
export type WrittenCatalog = Static<typeof FileSchema>;
export type WrittenPlan = WrittenCatalog['plans'][number];

const compiled = Compile(FileSchema);

/** Checks the structure of a file, naming the place of each fault. */
export function readStructure(input: unknown, faults: Faults): WrittenCatalog | undefined {
  if (compiled.Check(input)) return input;
  const messages = new Map<string, string[]>();
  for (const error of compiled.Errors(input)) {
    for (const { field, message } of describe(error)) {
      messages.set(field, [...(messages.get(field) ?? []), message]);
    }
  }
  for (const [field, alternatives] of messages) {
    faults.push({ field, message: `must be ${[...new Set(alternatives)].join(' or ')}` });
  }
  if (messages.size === 0) faults.push({ field: '', message: 'must be a catalogue' });
  return undefined;
}

type StructureError = ReturnType<typeof compiled.Errors>[number];

/** What a place must be; alternatives of a union come as several errors of one place. */
function describe(error: StructureError): { field: string; message: string }[] {
  const field = error.instancePath;
  switch (error.keyword) {
    case 'type':
      return [{ field, message: String(error.params.type) }];
    case 'enum':
      return [{ field, message: `one of ${error.params.allowedValues.join(', ')}` }];
    case 'required':
      return error.params.requiredProperties.map((name) => ({
        field: pointer(field, name),
        message: 'given',
      }));
    case 'boolean':
      return [{ field, message: 'left out: it is not known here' }];
    case 'minimum':
    case 'maximum':
      return [{ field, message: `${error.params.comparison} ${error.params.limit}` }];
    // These only sum up what other errors say of their places.
    case 'additionalProperties':
    case 'anyOf':
      return [];
    default:
      return [{ field, message: `different: it ${error.message}` }];
  }
}
