import fc from 'fast-check';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { typesOf, type Schema } from '../support/openapi.ts';
import type { Target } from './cases.ts';

/** Bodies of three kinds: anything at all, proper ones with wild fields, and proper ones. */
export function randomBodies({ operation, example }: Target): fc.Arbitrary<unknown> {
  const fields = Object.keys(example.body as object);
  const wildFields = fc.dictionary(fc.constantFrom(...fields), wildValue(), { minKeys: 1 });
  const mixed = wildFields.map((wild) => ({ ...(example.body as object), ...wild }));
  return fc.oneof(
    { weight: 1, arbitrary: wildValue() },
    { weight: 3, arbitrary: mixed },
    { weight: 4, arbitrary: properValue('', operation.body ?? {}) },
  );
}

/** Anything that JSON can say, with texts and numbers at the edges of what can be stored. */
function wildValue(): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.constantFrom('\0', '\ud800', '__proto__', '1e309', '-0', '0.0000001', '2026-02-30T00:00Z'),
  );
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(-1, 0, 1e9, 999_999_999.999999, 2 ** 53, -(2 ** 53), 1e-7, 5e-324, 1e300),
  );
  const leaf = fc.oneof(text, number, fc.boolean(), fc.constant(null));
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 4 }),
    object: fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  }));
  return value;
}

const DAY_MS = 86_400_000;

/** What the schema allows, up to its edges; names that the catalogue and the database know. */
function properValue(name: string, schema: Schema): fc.Arbitrary<unknown> {
  const known = knownValues(name);
  if (known !== undefined) return fc.constantFrom(...known);
  const types = typesOf(schema);
  if (types.includes('number') && types.includes('string')) return amount();
  switch (types[0]) {
    case 'object':
      return schema.properties === undefined ? metadata() : record(schema, schema.properties);
    case 'array':
      return fc.array(properValue(name, schema.items ?? {}), { minLength: 1, maxLength: 20 });
    case 'integer': {
      const range = { min: schema.minimum ?? 0, max: schema.maximum ?? Number.MAX_SAFE_INTEGER };
      return fc.oneof(
        fc.maxSafeInteger().map((any) => clamp(any, range)),
        fc.constant(range.max),
      );
    }
    case 'boolean':
      return fc.boolean();
    default: {
      const lengths = { minLength: schema.minLength ?? 1, maxLength: schema.maxLength ?? 100 };
      return fc.string({ unit: 'grapheme-ascii', ...lengths });
    }
  }
}

function knownValues(name: string): readonly unknown[] | undefined {
  const nowMs = systemClock.nowMs();
  switch (name) {
    case 'user':
      return ['malformed-user', 'malformed-user', 'nobody'];
    case 'feature':
      return ['audio_minutes', 'kb_files', 'ai_models', 'ai_tokens', 'sla'];
    case 'event':
      return ['audio_processed', 'content_generated', 'api_call', 'audio_minutes'];
    case 'occurred_at':
      return [0, -1, -20, -34, -33.999, -35, 1].map((days) => formatInstant(nowMs + days * DAY_MS));
    case 'signed_up_at':
      return ['1970-01-01T00:00:00Z', '2024-02-29T23:59:59.999Z', '9999-12-31T23:59:59Z'];
    default:
      return undefined;
  }
}

function amount(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom(0, 1, 0.000001, 999_999_999, '999999999.999999', '0', '0.000001', '00001.50'),
    fc.integer({ min: 0, max: 999_999_999 }),
  );
}

function metadata(): fc.Arbitrary<unknown> {
  const name = fc.string({ unit: 'grapheme', maxLength: 20 });
  return fc.dictionary(name, fc.oneof(fc.integer(), name, fc.boolean()), { maxKeys: 5 });
}

function record(
  schema: Schema,
  properties: Readonly<Record<string, Schema>>,
): fc.Arbitrary<object> {
  const values = Object.entries(properties).map(
    ([name, part]) => [name, properValue(name, part)] as const,
  );
  const requiredKeys = [...(schema.required ?? [])];
  return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true });
}

function clamp(value: number, range: { readonly min: number; readonly max: number }): number {
  const width = range.max - range.min + 1;
  return range.min + (Math.abs(value) % width);
}
