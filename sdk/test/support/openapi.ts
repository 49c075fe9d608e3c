import { expect } from 'vitest';
import type { Fetch } from '../../src/transport/transport.ts';

/* The service's own description of its contract, and answers made up after it. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface WrittenOperation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, WrittenOperation>>>>;
}

export interface Operation {
  /** Such as `POST /v1/checkout`. */
  readonly name: string;
  readonly query: readonly string[];
  readonly body: Schema;
  readonly answer: Schema;
}

export interface Sent {
  readonly operation: Operation;
  readonly query: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

export function operationsOf({ paths }: OpenApi): Operation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, written]) => ({
      name: `${method.toUpperCase()} ${path}`,
      query: (written.parameters ?? []).filter((each) => each.in === 'query').map(nameOf),
      body: schemaOf(written.requestBody),
      answer: schemaOf(written.responses['200']),
    })),
  );
}

function nameOf({ name }: { readonly name: string }): string {
  return name;
}

function schemaOf(content: Content | undefined): Schema {
  return content?.content?.['application/json']?.schema ?? {};
}

/** A leaf of an answer: a text or a number that occurs nowhere else in it. */
export interface Leaf {
  readonly path: string;
  readonly value: unknown;
}

/** An answer that says all that its schema has, with a different value at each leaf. */
export function sampleOf(schema: Schema, says: boolean): { answer: unknown; leaves: Leaf[] } {
  const leaves: Leaf[] = [];
  const leaf = (path: string, value: unknown): unknown => {
    leaves.push({ path, value });
    return value;
  };
  const make = ({ type, anyOf, items, ...rest }: Schema, path: string): unknown => {
    if (anyOf !== undefined) {
      const told = anyOf.find((each) => each.type !== 'null');
      return make(told ?? expect.fail(`${path} is never told`), path);
    }
    const properties = rest.properties ?? {};
    switch (typeof type === 'string' ? type : type?.[0]) {
      case 'object':
        return Object.fromEntries(
          Object.entries(properties).map(([key, each]) => [key, make(each, `${path}/${key}`)]),
        );
      case 'array':
        return [make(items ?? {}, `${path}/0`)];
      case 'integer':
      case 'number':
        return leaf(path, 1_000 + leaves.length);
      case 'boolean':
        return says;
      case 'null':
        return null;
      default:
        return leaf(path, rest.enum?.[0] ?? `text ${leaves.length}`);
    }
  };
  return { answer: make(schema, ''), leaves };
}

/** Every text, number and key that occurs in a value. */
export function contentsOf(value: unknown): Set<unknown> {
  if (typeof value !== 'object' || value === null) return new Set([value]);
  const inner = Object.values(value).flatMap((each) => [...contentsOf(each)]);
  return new Set([...Object.keys(value), ...inner]);
}

/** A service that answers each operation of the document with a sample, and notes what it got. */
export function describedService(operations: readonly Operation[], says: boolean) {
  const sent: Sent[] = [];
  const routes = operations.map((operation) => {
    const [method = '', path = ''] = operation.name.split(' ');
    const pattern = path.replaceAll(/\{\w+\}/g, '[^/]+').replaceAll('.', String.raw`\.`);
    return { operation, method, pattern: new RegExp(`^${pattern}$`) };
  });
  const answer: Fetch = async (address, init) => {
    const { pathname, searchParams } = new URL(address);
    const route = routes.find(({ method, pattern }) => {
      return method === init.method && pattern.test(pathname);
    });
    const { operation } = route ?? expect.fail(`${init.method} ${pathname} is not in the document`);
    const body = init.body === undefined ? {} : (JSON.parse(init.body as string) as object);
    sent.push({ operation, query: [...searchParams.keys()], body: { ...body } });
    return Response.json(sampleOf(operation.answer, says).answer);
  };
  return { fetch: answer, sent };
}
