import { typesOf, type Schema } from '../support/openapi.ts';

/** A body with one thing wrong with it, as the text that is sent. */
export interface Mutation {
  readonly title: string;
  readonly text: string;
  /** The JSON pointer that the problem must name. */
  readonly field: string;
}

/** Everything wrong that the schema of a body lets one think of, each by itself. */
export function mutationsOf(schema: Schema, example: unknown): Mutation[] {
  return placesIn(schema, example, '')
    .flatMap((place) => [
      ...wrongTypes(place),
      ...wrongTexts(place),
      ...wrongNumbers(place),
      ...wrongLists(place),
      ...missingFields(place),
      ...unknownFields(place),
      ...wrongContents(place),
    ])
    .map(({ title, at, replace, field }) => ({
      title: `${title} at ${at === '' ? 'the top' : at}`,
      text: replace(example),
      field,
    }));
}

interface Place {
  readonly at: string;
  readonly schema: Schema;
  readonly value: unknown;
}

interface Change {
  readonly title: string;
  readonly at: string;
  readonly field: string;
  readonly replace: (example: unknown) => string;
}

function placesIn(schema: Schema, value: unknown, at: string): Place[] {
  const here = { at, schema, value };
  if (Array.isArray(value)) {
    return [here, ...placesIn(schema.items ?? {}, value[0], `${at}/0`)];
  }
  const inside = Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    placesIn(part, (value as Record<string, unknown>)[name], `${at}/${name}`),
  );
  return [here, ...inside];
}

const OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  null: ['null'],
  boolean: ['true'],
  integer: ['7'],
  number: ['7.5'],
  string: ['"text"', '"7"'],
  array: ['[]', '[[1]]'],
  object: ['{}', '{"a":{}}'],
};

function wrongTypes(place: Place): Change[] {
  const right = typesOf(place.schema);
  return Object.entries(OF_TYPE)
    .filter(([type]) => !right.includes(type) && !(type === 'integer' && right.includes('number')))
    .flatMap(([type, literals]) =>
      literals.map((literal) => put(place, `${type} ${literal}`, literal)),
    );
}

const UNLIMITED = 5_000;

function wrongTexts(place: Place): Change[] {
  const { schema } = place;
  if (typesOf(schema)[0] !== 'string') return [];
  const tooLong = 'x'.repeat((schema.maxLength ?? UNLIMITED) + 1);
  const texts: (readonly [title: string, literal: string])[] = [
    ['a NUL', '"a\\u0000b"'],
    ['a NUL alone', '"\\u0000"'],
    ['half a surrogate pair', '"a\\ud800"'],
    ['the other half', '"\\udc00b"'],
    ['a pair the wrong way round', '"\\udc00\\ud800"'],
    ['too long a text', `"${tooLong}"`],
    ...((schema.minLength ?? 0) > 0 ? [['an empty text', '""'] as const] : []),
    ...(schema.enum === undefined ? [] : [['none of the choices', '"nope"'] as const]),
  ];
  return texts.map(([title, literal]) => put(place, title, literal));
}

const NO_AMOUNTS = [
  ['-1', '-0.000001', '1e309', '-1e309', '9007199254740993', '1e9', '0.0000001', '1.0000001'],
  ['"-1"', '"1e3"', '"1e309"', '""', '" 1"', '"1 "', '"NaN"', '"Infinity"', '"0x10"', '"1,5"'],
  ['"0.0000001"', '"1000000000"', '"9007199254740993"', '"１"', '"1\\u0000"', '"+1"', '".5"'],
].flat();

function wrongNumbers(place: Place): Change[] {
  const { schema } = place;
  const types = typesOf(schema);
  // An amount, which says by examples what it may be; other fields take texts and numbers alike.
  if (types.includes('number') && types.includes('string') && schema.examples !== undefined) {
    return NO_AMOUNTS.map((literal) => put(place, 'no amount', literal));
  }
  if (types[0] !== 'integer') return [];
  const { minimum, maximum } = schema;
  const literals = [
    '1.5',
    '1e309',
    '-1e309',
    '"1"',
    ...(minimum === undefined ? [] : [String(minimum - 1)]),
    ...(maximum === undefined ? [] : [String(maximum + 1), '9007199254740993']),
  ];
  return literals.map((literal) => put(place, 'no such number', literal));
}

function wrongLists(place: Place): Change[] {
  const { schema, value } = place;
  if (typesOf(schema)[0] !== 'array' || !Array.isArray(value)) return [];
  const item = JSON.stringify(value[0]);
  const tooMany = `[${Array.from({ length: (schema.maxItems ?? 0) + 1 }, () => item).join(',')}]`;
  return [
    ...((schema.minItems ?? 0) > 0 ? [put(place, 'an empty list', '[]')] : []),
    ...(schema.maxItems === undefined ? [] : [put(place, 'too long a list', tooMany)]),
  ];
}

function missingFields({ at, schema, value }: Place): Change[] {
  return (schema.required ?? []).map((name) => {
    const rest = Object.fromEntries(
      Object.entries(value as object).filter(([key]) => key !== name),
    );
    const change = put({ at, schema, value }, `no ${name}`, JSON.stringify(rest));
    return { ...change, field: `${at}/${name}` };
  });
}

const UNKNOWN: readonly (readonly [name: string, member: string])[] = [
  ['surprise', '"surprise":1'],
  ['__proto__', '"__proto__":{"isAdmin":true}'],
  ['__proto__', '"\\u005f_proto__":null'],
  ['constructor', '"constructor":{"prototype":{"isAdmin":true}}'],
  ['prototype', '"prototype":{}'],
  ['toString', '"toString":"x"'],
  ['hasOwnProperty', '"hasOwnProperty":1'],
  ['', '"":1'],
];

function unknownFields(place: Place): Change[] {
  if (place.schema.additionalProperties !== false) return [];
  return UNKNOWN.map(([name, member]) => {
    const change = put(place, `the unknown field ${name}`, withMember(place.value, member));
    return { ...change, field: `${place.at}/${name}` };
  });
}

const DEEP = 100_000;

/** What an object that takes any field still cannot take. */
function wrongContents(place: Place): Change[] {
  const { schema } = place;
  if (typesOf(schema)[0] !== 'object' || schema.additionalProperties !== true) return [];
  const deepest = `${place.at}/a/a/a/a/a`;
  const contents: (readonly [title: string, literal: string, field: string])[] = [
    ['__proto__', '{"__proto__":{"x":1}}', `${place.at}/__proto__`],
    ['__proto__ inside', '{"a":{"__proto__":1}}', `${place.at}/a/__proto__`],
    ['a NUL', '{"a":["\\u0000"]}', `${place.at}/a/0`],
    ['half a pair', '{"a":{"b":"\\ud800"}}', `${place.at}/a/b`],
    ['a NUL in a name', '{"\\u0000":1}', `${place.at}/\0`],
    ['1e309', '{"a":1e309}', `${place.at}/a`],
    ['2^53+1', '{"a":9007199254740993}', `${place.at}/a`],
    ['deep objects', '{"a":'.repeat(DEEP) + '1' + '}'.repeat(DEEP), deepest],
    ['deep lists', `{"a":${deepLists()}}`, `${place.at}/a/0/0/0/0`],
    ['too many names', `{${manyNames()}}`, place.at],
    ['too much', `{"a":"${'x'.repeat(17_000)}"}`, place.at],
  ];
  return contents.map(([title, literal, field]) => ({ ...put(place, title, literal), field }));
}

export function deepLists(): string {
  return '['.repeat(DEEP) + ']'.repeat(DEEP);
}

function manyNames(): string {
  return Array.from({ length: 51 }, (_, index) => `"n${index}":1`).join(',');
}

function withMember(value: unknown, member: string): string {
  const text = JSON.stringify(value);
  return text === '{}' ? `{${member}}` : `${text.slice(0, -1)},${member}}`;
}

const MARK = '@@ here @@';

/** The same body with a text of JSON in one place, even one that no value can be written as. */
function put(place: Place, title: string, literal: string): Change {
  const { at } = place;
  const replace = (example: unknown): string => {
    if (at === '') return literal;
    const marked = structuredClone(example);
    const steps = at.split('/').slice(1);
    const last = steps.pop()!;
    let inner = marked as Record<string, unknown>;
    for (const step of steps) inner = inner[step] as Record<string, unknown>;
    inner[last] = MARK;
    // By a function, since the literal may contain what `replace` takes for a pattern.
    return JSON.stringify(marked).replace(JSON.stringify(MARK), () => literal);
  };
  return { title, at, field: at, replace };
}
