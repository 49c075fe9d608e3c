interface JsonSchema {
  readonly [keyword: string]: unknown;
}

/** A schema stands in several routes, and in those of every server of a process. */
const simpler = new WeakMap<JsonSchema, unknown>();

/**
 * Says the same in fewer words. The builder writes "a number or null" as a choice of two schemas;
 * as one schema with two types it serialises several times faster, and a refusal can say in one
 * sentence what is expected.
 */
export function simplified<T>(schema: T): T {
  return simplify(schema) as T;
}

function simplify(schema: unknown): unknown {
  if (!isSchema(schema)) return schema;
  const known = simpler.get(schema);
  if (known !== undefined) return known;
  const inside = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, simplifyMember(keyword, value)]),
  );
  const simple = withTypedEnum(withoutNullChoice(inside));
  simpler.set(schema, simple);
  return simple;
}

function simplifyMember(keyword: string, value: unknown): unknown {
  switch (keyword) {
    case 'properties':
    case 'patternProperties':
      return isSchema(value)
        ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, simplify(part)]))
        : value;
    case 'items':
    case 'additionalProperties':
      return simplify(value);
    case 'anyOf':
    case 'oneOf':
    case 'allOf':
      return Array.isArray(value) ? value.map(simplify) : value;
    default:
      return value;
  }
}

/** `{anyOf: [{type: "number"}, {type: "null"}]}` is `{type: ["number", "null"]}`. */
function withoutNullChoice(schema: JsonSchema): JsonSchema {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return schema;
  const some: unknown = anyOf.find((choice) => !isNull(choice));
  if (!anyOf.some(isNull) || !isSchema(some)) return schema;
  if (typeof some['type'] !== 'string' || 'const' in some) return schema;
  const values = some['enum'];
  return {
    ...some,
    ...rest,
    type: [some['type'], 'null'],
    ...(Array.isArray(values) && { enum: [...(values as unknown[]), null] }),
  };
}

/** What is one of several strings is a string. */
function withTypedEnum(schema: JsonSchema): JsonSchema {
  const values = schema['enum'];
  if (!Array.isArray(values) || 'type' in schema) return schema;
  return values.every((value) => typeof value === 'string')
    ? { ...schema, type: 'string' }
    : schema;
}

function isNull(schema: unknown): boolean {
  return isSchema(schema) && schema['type'] === 'null';
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
