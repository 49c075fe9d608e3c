import { collection, type Row } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { failureKinds, type Failure } from '../http/failures.ts';
import { integer, oneOf, optional, text, type Params } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';

/** A failure that was asked for, and for how many requests more. */
interface FailureRow extends Row, Failure {
  /** `null` for any. */
  readonly method: string | null;
  /** With `*` for any part of a path. */
  readonly path: string;
  readonly remaining: number;
}

const failures = collection<FailureRow>('api_failures');

/** The failure that is meant for a request; it is used up by it. */
export function takeFailure(
  tx: Tx,
  { method, path }: { readonly method: string; readonly path: string },
): Failure | undefined {
  for (const failure of tx.oldestFirst(failures)) {
    if (failure.method !== null && failure.method !== method) continue;
    if (!matches(failure.path, path)) continue;
    const remaining = failure.remaining - 1;
    if (remaining === 0) tx.remove(failures, failure.id);
    else tx.put(failures, { ...failure, remaining });
    return failure;
  }
  return undefined;
}

// As `/v1/invoices/*` for each invoice; a star stands for one part, or alone for every path.
function matches(pattern: string, path: string): boolean {
  if (pattern === '*') return true;
  const [wanted, parts] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== parts.length) return false;
  return wanted.every((part, index) => part === '*' || part === parts[index]);
}

const specs = {
  kind: oneOf(...failureKinds),
  method: optional(oneOf('GET', 'POST', 'DELETE')),
  path: optional(text(500)),
  count: optional(integer({ least: 1, most: 1_000_000 })),
  retry_after: optional(integer({ least: 0, most: 3_600 })),
} as const;

function add(tx: Tx, said: Params<typeof specs>): void {
  tx.put(failures, {
    id: tx.newId('failure'),
    kind: said.kind,
    method: said.method ?? null,
    path: said.path ?? '*',
    remaining: said.count ?? 1,
    retryAfterSeconds: said.retry_after ?? 1,
  });
}

function show(tx: Tx): object {
  const data = tx.all(failures).map(({ id, kind, method, path, remaining, retryAfterSeconds }) => ({
    id,
    kind,
    method,
    path,
    count: remaining,
    retry_after: retryAfterSeconds,
  }));
  return { failures: data };
}

const path = '/_sandbox/failures';

export const failureRoutes: readonly Route<object>[] = [
  route('GET', path, {}, show),
  route('POST', path, specs, (tx, { params }) => {
    add(tx, params);
    return show(tx);
  }),
  route('DELETE', path, {}, (tx) => {
    for (const { id } of tx.all(failures)) tx.remove(failures, id);
    return show(tx);
  }),
];
