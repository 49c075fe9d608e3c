import type { FastifyServerOptions } from 'fastify';
import { inputChecks } from '../../platform/input-checks.ts';

type AjvOptions = NonNullable<FastifyServerOptions['ajv']>;
type Ajv = Parameters<NonNullable<AjvOptions['onCreate']>>[0];

/**
 * The validator: nothing is removed, nothing turned into another type, and the first fault ends
 * it, so that a large body full of faults costs no more than one.
 */
export const ajvOptions: AjvOptions = {
  customOptions: {
    allErrors: false,
    coerceTypes: false,
    removeAdditional: false,
    useDefaults: false,
    allowUnionTypes: true,
    strict: true,
    strictTypes: true,
    strictRequired: false,
  },
  onCreate: addInputChecks,
};

/** The keyword `x-check`, by which schemas name what `platform/input-checks.ts` knows. */
function addInputChecks(ajv: Ajv): void {
  ajv.addKeyword({
    keyword: 'x-check',
    schemaType: 'string',
    compile(name: string, parent: object) {
      const check = inputChecks[name];
      if (check === undefined) throw new TypeError(`no input check is called ${name}`);
      const types: unknown = 'type' in parent ? parent.type : undefined;
      const nullable = Array.isArray(types) && types.includes('null');
      const passes: DataValidateFunction = (value) => {
        if (check.test(value) || (nullable && value === null)) return true;
        passes.errors = [{ keyword: 'x-check', params: { check: name } }];
        return false;
      };
      return passes;
    },
  });
}

/** What the validator calls; it reads `errors` after a refusal. */
interface DataValidateFunction {
  (this: void, value: unknown): boolean;
  errors?: { keyword: string; params: { check: string } }[];
}

type Coerce = (text: string) => unknown;

const coercions: Readonly<Record<string, Coerce>> = {
  integer: (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text),
  number: (text) => (/^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text),
  boolean: (text) => (text === 'true' ? true : text === 'false' ? false : text),
};

/**
 * Queries are text, so their numbers and booleans are read here as the schema wants them; what
 * cannot be read stays text and is refused by the schema.
 */
export function queryReader(
  schema: unknown,
): ((query: Record<string, unknown>) => void) | undefined {
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties;
  const readers = Object.entries(properties ?? {}).flatMap(([name, { type }]) => {
    const coerce = typeof type === 'string' ? coercions[type] : undefined;
    return coerce === undefined ? [] : [{ name, coerce }];
  });
  if (readers.length === 0) return undefined;
  return (query) => {
    for (const { name, coerce } of readers) {
      const value = query[name];
      if (typeof value === 'string') query[name] = coerce(value);
    }
  };
}
