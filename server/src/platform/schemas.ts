import Type, {
  type Static,
  type TObject,
  type TProperties,
  type TSchema,
  type TUnsafe,
} from 'typebox';

/**
 * The building blocks of every body and answer. What JSON Schema cannot say is checked under the
 * keyword `x-check`, whose names `input-checks.ts` keeps.
 */

/** An object that refuses fields it does not know; for bodies and queries. */
export function Input<P extends TProperties>(properties: P): TObject<P> {
  return Type.Object(properties, { additionalProperties: false });
}

/** Usage as callers send it; `parseInputQuantity` reads what passed. */
export const Amount = Type.Unsafe<number | string>({
  'type': ['number', 'string'],
  'description': 'A number or a decimal string, at least 0, below 10^9, with at most 6 decimals.',
  'examples': [12.5, '0.000001'],
  'x-check': 'amount',
});

/** The app's own name of a user. */
export const UserId = Type.Unsafe<string>({
  'type': 'string',
  'description': 'The id of a user: 1 to 255 of A-Z a-z 0-9 . _ : @ | - but neither "." nor "..".',
  'examples': ['user_1234'],
  'x-check': 'user-id',
});

export interface TextOptions {
  readonly maxLength: number;
  readonly minLength?: number;
  readonly description?: string;
}

/** Text that Postgres can store: well-formed and without NUL. */
export function Text(options: TextOptions): TUnsafe<string> {
  return Type.Unsafe<string>({ 'type': 'string', ...options, 'x-check': 'text' });
}

/** RFC 3339; `parseInstant` reads what passed. */
export const Instant = Type.Unsafe<string>({
  'type': 'string',
  'maxLength': 40,
  'description': 'An instant, as RFC 3339 writes it.',
  'examples': ['2026-03-01T09:30:00Z'],
  'x-check': 'instant',
});

export type MetadataValue = Record<string, unknown>;

/** What an app keeps beside a thing: small, shallow, and able to be stored. */
export const Metadata = Type.Unsafe<MetadataValue>({
  'type': 'object',
  'description':
    'Anything of yours: at most 50 keys an object, 5 levels, 16 KiB; integers within 2^53.',
  'additionalProperties': true,
  'x-check': 'metadata',
});

export const IdempotencyKey = Type.Unsafe<string>({
  'type': 'string',
  'description': 'A name of your choice for this deed, so that repeating it does it once.',
  'examples': ['transcription-8812'],
  'x-check': 'idempotency-key',
});

export const TokenCount = Type.Integer({ minimum: 0, maximum: 1_000_000_000_000 });

/** Money below a cent, as AI calls cost it. */
export const CostCents = Type.Unsafe<number | string>({
  ...Amount,
  description: 'Cents, as a number or a decimal string with at most 6 decimals.',
  examples: ['0.0375'],
});

/**
 * A schema or null. Only for answers and for inputs of one type; a list of types serialises
 * much faster than `anyOf`.
 */
export function Nullable<T extends TSchema>(schema: T): TUnsafe<Static<T> | null> {
  const { type } = schema as { type?: unknown };
  if (typeof type !== 'string') throw new TypeError('only a schema of one type can be nullable');
  return Type.Unsafe<Static<T> | null>({ ...schema, type: [type, 'null'] });
}

/** What every list is asked with: where its page begins, and how long it is to be. */
export const paging = {
  cursor: Type.Optional(
    Text({ minLength: 1, maxLength: 1_000, description: 'The `next_cursor` of the page before.' }),
  ),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 200, description: '50 where nothing is said.' }),
  ),
};
export const USUAL_ON_A_PAGE = 50;

/** The answer of every list: a page of it, and where the next one begins. */
export function PageOf<T extends TSchema>(row: T) {
  return Type.Object({ data: Type.Array(row), next_cursor: Nullable(Type.String()) });
}
