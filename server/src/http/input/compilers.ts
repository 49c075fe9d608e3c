import type { FastifyInstance, FastifySchemaCompiler } from 'fastify';
import buildValidator from '@fastify/ajv-compiler';
import buildSerializer from '@fastify/fast-json-stringify-compiler';
import { ajvOptions } from './validation.ts';

type Serialize = (value: unknown) => string;

/** The framework reads its `errors`: what was wrong with the last value. */
type Validate = ReturnType<FastifySchemaCompiler<unknown>>;

/**
 * The framework's own compilers of schemas, which work when a schema is first needed. Those of all
 * routes take half a second of each start, and most processes are asked for a few of them. Schemas
 * are code, so that one which cannot be compiled is found by a test of all routes.
 */
export function compileOnUse(server: FastifyInstance): void {
  const compile = buildValidator()({}, ajvOptions) as FastifySchemaCompiler<unknown>;
  const compileAnswer = buildSerializer()({});
  server.setValidatorCompiler((part) => validateOnUse(() => compile(part)));
  server.setSerializerCompiler(({ httpStatus = '', ...part }) =>
    serializeOnUse(() => compileAnswer({ ...part, httpStatus })),
  );
}

function validateOnUse(compile: () => Validate): Validate {
  let compiled: Validate | undefined;
  const validate: Validate = (value) => {
    compiled ??= compile();
    const outcome = compiled(value);
    validate.errors = compiled.errors ?? null;
    return outcome;
  };
  return validate;
}

function serializeOnUse(compile: () => Serialize): Serialize {
  let compiled: Serialize | undefined;
  return (value) => {
    compiled ??= compile();
    return compiled(value);
  };
}
