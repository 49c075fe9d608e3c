import assert from 'node:assert/strict';
import type { Answer } from './connection.ts';

export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** Throws unless it is problem details of RFC 9457 with all that they promise. */
export function readProblem({ status, headers, body }: Answer): Problem {
  const type = headers.get('content-type');
  const shown = `${status} ${type}: ${JSON.stringify(body)}`;
  assert.match(type ?? '', /^application\/problem\+json/, shown);
  const problem = body as Record<string, unknown>;
  assert.equal(problem['status'], status, shown);
  assert.match(String(problem['code']), /^[a-z][a-z_]+$/, shown);
  for (const member of ['type', 'title', 'detail', 'request_id']) {
    assert.ok(typeof problem[member] === 'string' && problem[member] !== '', shown);
  }
  for (const error of (problem['errors'] ?? []) as Record<string, unknown>[]) {
    assert.ok(typeof error['field'] === 'string' && typeof error['message'] === 'string', shown);
  }
  return body as Problem;
}
