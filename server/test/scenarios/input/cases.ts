import { nameOf, type Operation } from '../support/openapi.ts';
import type { HttpRequest } from '../support/connection.ts';
import { deepLists, mutationsOf } from './mutations.ts';

/** Bytes that are no proper request, and what may be answered to them. */
export interface Case {
  readonly title: string;
  readonly bytes: Buffer;
  readonly statuses: readonly number[];
  /** The JSON pointer that the problem must name, where there is one. */
  readonly field?: string;
  /** The server answers and closes while this is still being sent, so the answer may get lost. */
  readonly mayBeCut?: boolean;
}

export interface Target {
  readonly operation: Operation;
  /** A request of the right form for it. */
  readonly example: HttpRequest;
  /** Of the app, or of a member of staff. */
  readonly secretKey: string;
  readonly isOfStaff: boolean;
}

const JSON_TYPE = 'application/json';
const LIMIT_BYTES = 2 * 1_048_576;

interface Head {
  readonly method?: string;
  readonly path?: string;
  /** Lines of the head instead of, or beside, those that a proper request has. */
  readonly lines?: readonly string[];
  readonly body?: string | Buffer;
  readonly authorization?: readonly string[];
  readonly version?: string;
  readonly host?: readonly string[];
}

function requestBytes({ example, secretKey }: Target, head: Head): Buffer {
  const body = Buffer.from(head.body ?? '');
  const authorization = head.authorization ?? [`Bearer ${secretKey}`];
  const lines = [
    `${head.method ?? example.method} ${head.path ?? example.path} HTTP/${head.version ?? '1.1'}`,
    ...(head.host ?? ['scenario']).map((name) => `Host: ${name}`),
    ...authorization.map((value) => `Authorization: ${value}`),
    ...(head.lines ?? [`Content-Type: ${JSON_TYPE}`, `Content-Length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

/** Every field of the body with everything that can be wrong about it. */
export function fieldCases(target: Target): Case[] {
  const { operation, example } = target;
  if (operation.body === undefined) return [];
  // What staff say of prices and rules is checked by their domains, beyond what schemas say, and
  // once what it is about is found.
  const statuses = target.isOfStaff ? [400, 404, 422] : [400];
  return mutationsOf(operation.body, example.body).map(({ title, text, field }) => ({
    title: `${nameOf(operation)}: ${title}`,
    bytes: requestBytes(target, { body: text }),
    statuses,
    field,
  }));
}

/** What is wrong with a body as a whole. */
export function bodyCases(target: Target): Case[] {
  const { operation, example } = target;
  const isTaken = operation.body !== undefined;
  const good = isTaken ? JSON.stringify(example.body) : '{}';
  const bytesCase = (title: string, body: string | Buffer, status = 400): Case => ({
    title: `${nameOf(operation)}: ${title}`,
    bytes: requestBytes(target, { body }),
    statuses: [status],
  });
  const typed = (type: string): Case => ({
    title: `${nameOf(operation)}: the content type ${type}`,
    bytes: requestBytes(target, {
      lines: [...(type === '' ? [] : [`Content-Type: ${type}`]), `Content-Length: ${good.length}`],
      body: good,
    }),
    statuses: [415],
  });
  const truncated = [1, 0.5, 0.9].map((share) =>
    bytesCase(
      'a body cut short',
      good.slice(0, Math.max(1, Math.floor((good.length - 1) * share))),
    ),
  );
  if (example.method === 'GET') return [];
  return [
    ...truncated,
    bytesCase('two bodies in one', `${good}${good}`),
    bytesCase('something behind the body', `${good}]`),
    bytesCase('a body that is not JSON', 'user=1&amount=2'),
    bytesCase('single quotes', good === '{}' ? "{'a':1}" : good.replaceAll('"', "'")),
    bytesCase(
      'no UTF-8',
      Buffer.concat([Buffer.from('{"'), Buffer.from([0xff, 0xfe]), Buffer.from('":1}')]),
    ),
    bytesCase('a list', '[1]'),
    bytesCase('a text', '"text"'),
    bytesCase('a number', '1'),
    bytesCase('deep lists', deepLists()),
    bytesCase('deep objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
    {
      ...bytesCase('a body over the limit', `{"a":"${'x'.repeat(LIMIT_BYTES)}"}`, 413),
      mayBeCut: true,
    },
    ...[
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'nonsense',
      '',
    ].map(typed),
    ...(isTaken ? [bytesCase('no body', ''), bytesCase('null', 'null')] : []),
  ];
}

const BAD_SEGMENTS = [
  ['%00', 'a%00b', '%zz', '%', '%2', '%c0%af', '%ff', '%ed%a0%80', '%2e%2e', '..%2f..', 'a%20b'],
  ['a%2Fb', '%0d%0aX:1', '{user}', '*', "'%20OR%201=1", 'x'.repeat(256), 'x'.repeat(5_000)],
].flat();

/** Each parameter of the path with what no parameter can be. */
export function pathCases(target: Target): Case[] {
  const { operation, example } = target;
  const segments = example.path.split('/');
  return operation.path.split('/').flatMap((template, index) => {
    if (!template.startsWith('{')) return [];
    return BAD_SEGMENTS.map((segment) => ({
      title: `${nameOf(operation)}: ${template} as ${segment.slice(0, 20)}`,
      bytes: requestBytes(target, {
        path: segments.with(index, segment).join('/'),
        ...(operation.body !== undefined && { body: JSON.stringify(example.body) }),
      }),
      statuses: [400, 404, 414],
    }));
  });
}

/** Keys and headers that are missing, doubled, huge or absurd. */
export function headerCases(target: Target): Case[] {
  const { operation, example, secretKey } = target;
  const text = operation.body === undefined ? '' : JSON.stringify(example.body);
  const of = (title: string, head: Head, statuses: readonly number[]): Case => ({
    title: `${nameOf(operation)}: ${title}`,
    bytes: requestBytes(target, { ...(text !== '' && { body: text }), ...head }),
    statuses,
  });
  const proper = [`Content-Type: ${JSON_TYPE}`, `Content-Length: ${Buffer.byteLength(text)}`];
  const withLength = (length: string): Head => ({
    lines: [`Content-Type: ${JSON_TYPE}`, `Content-Length: ${length}`],
  });
  const keys = (title: string, authorization: readonly string[]): Case =>
    // Who guesses too often is told to wait.
    of(title, { authorization }, [401, 429]);
  return [
    ...(operation.isPublic
      ? []
      : [
          keys('no key', []),
          keys('an empty key', ['Bearer ']),
          keys('another scheme', [`Basic ${secretKey}`]),
          keys('an unknown key', ['Bearer wf_test_nobody_has_this_key']),
          keys('two keys, the wrong one first', ['Bearer wrong', `Bearer ${secretKey}`]),
          keys('two keys, the wrong one last', [`Bearer ${secretKey}`, 'Bearer wrong']),
          keys('the same key twice', [`Bearer ${secretKey}`, `Bearer ${secretKey}`]),
        ]),
    of('no host', { host: [] }, [400]),
    of('two hosts', { host: ['one', 'other'] }, [400]),
    of('HTTP/9.9', { version: '9.9' }, [400, 505]),
    of('huge headers', { lines: [...proper, `X-Huge: ${'x'.repeat(20_000)}`] }, [431]),
    of('many headers', { lines: [...proper, ...manyHeaders()] }, [431]),
    of('a header with a NUL', { lines: [...proper, 'X-Nul: a\0b'] }, [400]),
    of('a header without a colon', { lines: [...proper, 'Nonsense'] }, [400]),
    of('two lengths', { lines: [...proper, 'Content-Length: 1'] }, [400]),
    of('a length and chunks', { lines: [...proper, 'Transfer-Encoding: chunked'] }, [400]),
    of('an expectation', { lines: [...proper, 'Expect: nonsense'] }, [417]),
    ...['-1', '1e3', '0x10', '99999999999999999999', '1 1'].map((length) =>
      of(`a length of ${length}`, withLength(length), [400]),
    ),
    // A GET may be under way already when the parser comes to these; it changes nothing.
    ...(example.method === 'GET'
      ? []
      : [
          of('an unknown encoding', { lines: ['Transfer-Encoding: nonsense'] }, [400]),
          of('a length of 9 GB', withLength('9000000000'), [413]),
        ]),
    ...idempotencyCases(target, of),
  ];
}

function manyHeaders(): string[] {
  return Array.from({ length: 2_500 }, (_, index) => `X-${index}: 1`);
}

function idempotencyCases(
  { operation, example }: Target,
  of: (title: string, head: Head, statuses: readonly number[]) => Case,
): Case[] {
  if (operation.body?.properties?.['idempotency_key'] === undefined) return [];
  const text = JSON.stringify(example.body);
  return ['', 'k'.repeat(256), 'ä', 'another than in the body'].map((key) =>
    of(
      `the idempotency key "${key.slice(0, 20)}" in the header`,
      {
        lines: [
          `Content-Type: ${JSON_TYPE}`,
          `Content-Length: ${Buffer.byteLength(text)}`,
          `Idempotency-Key: ${key}`,
        ],
      },
      [400],
    ),
  );
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'FOO'];

/** Methods that a path does not know, and versions that are not HTTP's. */
export function methodCases(targets: readonly Target[], operations: readonly Operation[]): Case[] {
  return targets.flatMap((target) => {
    const { path } = target.operation;
    const known = operations
      .filter((operation) => operation.path === path)
      .map(({ method }) => method as string);
    const bare = { lines: ['Content-Length: 0'] };
    return METHODS.filter((method) => !known.includes(method)).map((method) => ({
      title: `${method} ${path}`,
      bytes: requestBytes(target, { method, ...bare }),
      statuses: [400, 404, 405],
    }));
  });
}
