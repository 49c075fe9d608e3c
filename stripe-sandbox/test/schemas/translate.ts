import type { TSType, TSSignature, TSTypeReference, TSTypeName } from 'oxc-parser';
import type { Declarations, Found } from './declarations.ts';

/** A JSON Schema, as far as these types need it; `false` lets nothing through. */
export type Schema = false | { readonly [keyword: string]: unknown };

/** Numbers that need not be whole; all others are amounts, counts and instants. */
const FRACTIONAL = /percent|rate$|^(?:aggregated_)?value$|^(?:height|length|weight|width)$/;
const DECIMAL_PATTERN = '^-?\\d+(\\.\\d+)?$';

const nothing = (schema: Schema): boolean => schema === false;

/**
 * Translates the SDK's types to schemas of what is on the wire: a `Decimal` is text, `void` is
 * absent, a property that is not declared is an error.
 */
export class Translator {
  readonly #declarations: Declarations;
  readonly #answers: ReadonlySet<string>;
  /** By the names that `$ref` gives. */
  readonly schemas = new Map<string, Schema>();

  constructor(declarations: Declarations, answered: readonly string[]) {
    this.#declarations = declarations;
    this.#answers = new Set(answered);
  }

  /** A reference to the schema of a type, which is made where there is none yet. */
  refer(found: Found): Schema {
    const object = this.objectNameOf(found);
    if (object !== undefined && !this.#answers.has(object)) return false;
    const name = nameOf(found);
    if (!this.schemas.has(name)) {
      // Before it is translated, since types name themselves.
      this.schemas.set(name, false);
      this.schemas.set(name, this.#declared(found));
    }
    const schema = this.schemas.get(name)!;
    const isAlias = found.declaration.type === 'TSTypeAliasDeclaration';
    if (!isAlias || nothing(schema)) return { $ref: `#/$defs/${name}` };
    this.schemas.delete(name);
    return schema;
  }

  /** What the `object` of an interface says, if it has one. */
  objectNameOf({ declaration }: Found): string | undefined {
    if (declaration.type !== 'TSInterfaceDeclaration') return undefined;
    for (const member of declaration.body.body) {
      if (member.type !== 'TSPropertySignature' || keyOf(member) !== 'object') continue;
      const type = member.typeAnnotation?.typeAnnotation;
      if (type?.type === 'TSLiteralType' && type.literal.type === 'Literal') {
        return String(type.literal.value);
      }
    }
    return undefined;
  }

  #declared(found: Found): Schema {
    const { declaration } = found;
    if (declaration.type === 'TSTypeAliasDeclaration') {
      return this.#type(declaration.typeAnnotation, found, '');
    }
    return this.#object(this.#members(found));
  }

  /** Its own and inherited members, each with the type in whose text it stands. */
  #members(found: Found): { readonly member: TSSignature; readonly within: Found }[] {
    const { declaration } = found;
    if (declaration.type !== 'TSInterfaceDeclaration') throw new Error('an alias is no base');
    const inherited = declaration.extends.flatMap(({ expression }) => {
      if (expression.type !== 'Identifier') throw new Error('a base is named simply');
      return this.#members(this.#declarations.resolve(expression.name, found));
    });
    const own = declaration.body.body.map((member) => ({ member, within: found }));
    return [...inherited, ...own];
  }

  #object(members: readonly { readonly member: TSSignature; readonly within: Found }[]): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    let others: Schema = false;
    for (const { member, within } of members) {
      const type = 'typeAnnotation' in member ? member.typeAnnotation?.typeAnnotation : undefined;
      if (type == null) continue;
      if (member.type === 'TSIndexSignature') others = this.#type(type, within, '');
      if (member.type !== 'TSPropertySignature') continue;
      const key = keyOf(member);
      const schema = this.#type(type, within, key);
      // `deleted?: void` and what can only be an object that the sandbox does not have.
      if (nothing(schema) && member.optional) continue;
      properties[key] = schema;
      if (!member.optional) required.push(key);
    }
    return {
      type: 'object',
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
      ...(required.length > 0 ? { required } : {}),
      additionalProperties: others,
    };
  }

  #type(type: TSType, within: Found, key: string): Schema {
    switch (type.type) {
      case 'TSStringKeyword':
        return { type: 'string' };
      case 'TSNumberKeyword':
        return { type: FRACTIONAL.test(key) ? 'number' : 'integer' };
      case 'TSBigIntKeyword':
        return { type: 'string', pattern: '^-?\\d+$' };
      case 'TSBooleanKeyword':
        return { type: 'boolean' };
      case 'TSNullKeyword':
        return { type: 'null' };
      case 'TSVoidKeyword':
      case 'TSUndefinedKeyword':
        return false;
      case 'TSUnknownKeyword':
      case 'TSAnyKeyword':
        return {};
      case 'TSLiteralType':
        if (type.literal.type !== 'Literal') throw new Error(`${nameOf(within)} has a template`);
        return { enum: [type.literal.value] };
      case 'TSArrayType':
        return { type: 'array', items: this.#type(type.elementType, within, key) };
      case 'TSParenthesizedType':
        return this.#type(type.typeAnnotation, within, key);
      case 'TSUnionType':
        return unionOf(type.types.map((part) => this.#type(part, within, key)));
      case 'TSTypeLiteral':
        return this.#object(type.members.map((member) => ({ member, within })));
      case 'TSTypeReference':
        return this.#reference(type, within, key);
      default:
        throw new Error(`${nameOf(within)} has a ${type.type}, which is not known here`);
    }
  }

  #reference(type: TSTypeReference, within: Found, key: string): Schema {
    const name = writtenName(type.typeName);
    const argument = type.typeArguments?.params[0];
    if (name === 'OtherString') return { type: 'string', isOpen: true };
    if (name === 'Decimal') return { type: 'string', pattern: DECIMAL_PATTERN };
    if (name === 'Array') return { type: 'array', items: this.#type(argument!, within, key) };
    if (name === 'ApiList') return listOf(this.#type(argument!, within, key));
    // An event's object is judged by its own `object`, and what was before is a part of it.
    if (/^Data\.(?:Object|PreviousAttributes)$/.test(name)) return { type: 'object' };
    return this.refer(this.#declarations.resolve(name, within));
  }
}

export function nameOf({ file, path }: Pick<Found, 'file' | 'path'>): string {
  const [, ...folders] = file.split('/').slice(0, -1);
  return [...folders, ...path].join('.');
}

function keyOf(member: { readonly key: { readonly type: string } }): string {
  const key = member.key as { readonly name?: string; readonly value?: unknown };
  return key.name ?? String(key.value);
}

function writtenName(name: TSTypeName): string {
  if (name.type === 'Identifier') return name.name;
  if (name.type === 'TSQualifiedName') return `${writtenName(name.left)}.${name.right.name}`;
  throw new Error(`a type is named by ${name.type}`);
}

function listOf(items: Schema): Schema {
  return {
    type: 'object',
    properties: {
      object: { enum: ['list'] },
      data: { type: 'array', items },
      has_more: { type: 'boolean' },
      url: { type: 'string' },
    },
    required: ['object', 'data', 'has_more', 'url'],
    additionalProperties: false,
  };
}

/** Words become one enumeration, and simple types one `type`, so that errors say what is wrong. */
function unionOf(schemas: readonly Schema[]): Schema {
  const parts = schemas.filter((schema) => !nothing(schema)) as Exclude<Schema, false>[];
  const words = parts.flatMap((part) => (part['enum'] as unknown[] | undefined) ?? []);
  const types = new Set(parts.flatMap((part) => (isSimple(part) ? [part['type'] as string] : [])));
  const isOpen = parts.some((part) => part['isOpen'] === true);
  const objects = parts.filter((part) => part['enum'] === undefined && !isSimple(part));
  if (parts.length === 0) return false;
  if (words.length > 0 && !isOpen) return { enum: types.has('null') ? [...words, null] : words };
  const type = types.size === 1 ? [...types][0] : [...types];
  if (objects.length === 0) return isOpen ? { type, known: words } : { type };
  const all = types.size === 0 ? objects : [{ type }, ...objects];
  return all.length === 1 ? all[0]! : { anyOf: all };
}

function isSimple(part: Exclude<Schema, false>): boolean {
  const keywords = Object.keys(part).filter((keyword) => keyword !== 'isOpen');
  return keywords.length === 1 && typeof part['type'] === 'string';
}
