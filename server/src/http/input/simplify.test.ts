import { expect, test } from 'vitest';
import Type from 'typebox';
import { Nullable } from '../../platform/schemas.ts';
import { simplified } from './simplify.ts';

const plain = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema));

test('a choice with null becomes one schema of two types, wherever it is', () => {
  const choice = (description?: string) =>
    Type.Union([Type.Number({ minimum: 1 }), Type.Null()], description ? { description } : {});
  const schema = Type.Object({
    limit: choice('what is left'),
    rows: Type.Array(Type.Object({ limit: Type.Optional(choice()) })),
    byName: Type.Record(Type.String(), choice()),
  });
  const nullable = { type: ['number', 'null'], minimum: 1 };
  const result = plain(simplified(schema)) as Record<string, Record<string, object>>;
  expect(result).toMatchObject({
    required: ['limit', 'rows', 'byName'],
    properties: {
      limit: { ...nullable, description: 'what is left' },
      rows: { items: { properties: { limit: nullable } } },
    },
  });
  expect(JSON.stringify(result)).not.toContain('anyOf');
});

test('an enumeration says its type, and may be null', () => {
  expect(plain(simplified(Type.Enum(['a', 'b'])))).toEqual({ type: 'string', enum: ['a', 'b'] });
  expect(
    plain(simplified(Type.Union([Type.Enum(['a'], { type: 'string' }), Type.Null()]))),
  ).toEqual({ type: ['string', 'null'], enum: ['a', null] });
});

test('what is no choice with null stays as it is', () => {
  const schemas = [
    Type.Object({ a: Type.String(), b: Nullable(Type.Integer()) }),
    Type.Union([Type.String(), Type.Number()]),
    Type.Union([Type.String(), Type.Number(), Type.Null()]),
    Type.Union([Type.Literal('x'), Type.Null()]),
    { type: 'object', additionalProperties: true },
  ];
  for (const schema of schemas) expect(plain(simplified(schema))).toEqual(plain(schema));
});
