import type { FastifySchemaValidationError } from 'fastify';
import type { FieldError } from '../../platform/errors.ts';
import { inputChecks, pointerToken } from '../../platform/input-checks.ts';
import { INVALID_REQUEST } from '../problems/errors.ts';
import { statusOf, type Problem } from '../problems/problem.ts';

/** What was validated, by the framework's name of the part. */
export interface ValidatedParts {
  readonly body?: unknown;
  readonly querystring?: unknown;
  readonly params?: unknown;
}

interface Refused {
  readonly refusals: readonly FastifySchemaValidationError[];
  readonly part: string;
  readonly parts: ValidatedParts;
}

const partNames: Readonly<Record<string, string>> = {
  body: 'body',
  querystring: 'query',
  params: 'path',
};

/** Says which field of which part was refused and what is expected of it. */
export function explainRefusals({ refusals, part, parts }: Refused): Problem {
  const value = parts[part as keyof ValidatedParts];
  const name = partNames[part] ?? part;
  const fields = refusals.slice(0, MOST_FIELDS).map((refusal) => explain(refusal, value));
  const first = fields[0] ?? { field: '', message: 'was refused' };
  const subject = first.field === '' ? `The ${name}` : `${first.field} in the ${name}`;
  return {
    status: statusOf[INVALID_REQUEST.kind],
    code: INVALID_REQUEST.code,
    detail: `${subject} ${first.message}.`,
    fields,
  };
}

const MOST_FIELDS = 20;

function explain(refusal: FastifySchemaValidationError, value: unknown): FieldError {
  const { keyword, instancePath, params, message } = refusal;
  switch (keyword) {
    case 'required':
      return {
        field: `${instancePath}/${pointerToken(String(params['missingProperty']))}`,
        message: 'is required',
      };
    case 'additionalProperties':
      return {
        field: `${instancePath}/${pointerToken(String(params['additionalProperty']))}`,
        message: 'is not a known field',
      };
    case 'type':
      return { field: instancePath, message: `must be ${typeNames(params['type'])}` };
    case 'enum':
      return { field: instancePath, message: `must be one of ${listed(params['allowedValues'])}` };
    case 'x-check':
      return explainCheck(String(params['check']), instancePath, value);
    default:
      return { field: instancePath, message: message ?? 'was refused' };
  }
}

function explainCheck(check: string, instancePath: string, value: unknown): FieldError {
  const refusal = inputChecks[check]?.explain(valueAt(value, instancePath));
  return {
    field: `${instancePath}${refusal?.pointer ?? ''}`,
    message: refusal?.message ?? 'was refused',
  };
}

/** Follows a JSON pointer that the validator made, so every step exists. */
function valueAt(value: unknown, pointer: string): unknown {
  let current = value;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string, unknown>)[name];
  }
  return current;
}

const typeNameOf: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

function typeNames(types: unknown): string {
  const names = Array.isArray(types) ? types : [types];
  return names.map((name) => typeNameOf[String(name)] ?? String(name)).join(' or ');
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : '';
}
