import assert from 'node:assert/strict';
import type { HttpRequest } from './connection.ts';

/** The part of JSON Schema that the server's document uses. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

/** One operation as the server's own document tells of it: later ones come by themselves. */
export interface Operation {
  readonly method: HttpRequest['method'];
  /** With parameters as `{user}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly isPublic: boolean;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

interface DocumentedOperation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Schema }>> };
  readonly security?: readonly unknown[];
}

export async function readOperations(url: string): Promise<Operation[]> {
  const response = await fetch(`${url}/openapi.json`);
  assert.equal(response.status, 200);
  const { paths } = (await response.json()) as Document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase() as HttpRequest['method'],
      path,
      parameters: operation.parameters ?? [],
      body: operation.requestBody?.content['application/json']?.schema,
      isPublic: operation.security?.length === 0,
    })),
  );
  assert.ok(operations.length > 0, 'the document lists operations');
  return operations;
}

export function nameOf(operation: Operation): string {
  return `${operation.method} ${operation.path}`;
}

/** What stands in a field or a parameter of a name, where the schema's own example will not do. */
export type Examples = (name: string, operation: Operation) => unknown;

/** A request with every field that the document knows, all of the right form. */
export function exampleRequest(operation: Operation, examples: Examples): HttpRequest {
  const { method, body } = operation;
  return {
    method,
    path: examplePath(operation, examples),
    ...(body !== undefined && {
      body: exampleValue('', body, (name) => examples(name, operation)),
    }),
  };
}

function examplePath(operation: Operation, examples: Examples): string {
  const path = operation.path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => {
    const parameter = operation.parameters.find((each) => each.name === name);
    const value = exampleValue(name, parameter?.schema ?? {}, (each) => examples(each, operation));
    return encodeURIComponent(String(value));
  });
  const asked = operation.parameters.filter(
    (each) => each.in === 'query' && each.required === true,
  );
  if (asked.length === 0) return path;
  const query = asked.map(({ name, schema }) => [
    name,
    String(exampleValue(name, schema, (each) => examples(each, operation))),
  ]);
  return `${path}?${new URLSearchParams(query).toString()}`;
}

function exampleValue(name: string, schema: Schema, examples: (name: string) => unknown): unknown {
  const known = examples(name);
  if (known !== undefined) return known;
  if (schema.examples?.[0] !== undefined) return schema.examples[0];
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  switch (typesOf(schema)[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {}).map(([key, part]) => [
          key,
          exampleValue(key, part, examples),
        ]),
      );
    case 'array':
      return [exampleValue(name, schema.items ?? {}, examples)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return false;
    case 'null':
      return null;
    default:
      return PATTERNED.get(schema.pattern ?? '') ?? 'x'.repeat(Math.max(1, schema.minLength ?? 1));
  }
}

/** What is of the form that these ask for, and names nothing that there is. */
const PATTERNED: ReadonlyMap<string, string> = new Map([
  ['^[1-9][0-9]{0,14}$', '999999'],
  ['^[1-9][0-9]{0,4}$', '99999'],
  ['^[a-z]{3}$', 'usd'],
  ['^[a-z][a-z0-9_-]{0,62}$', 'users'],
]);

export function typesOf(schema: Schema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}
