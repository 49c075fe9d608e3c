import { Problem, problemFrom, unreachable } from './problem.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const BASE = '/admin/v1';

/** Says that a request comes from these pages; the session names it, and it dies with it. */
let csrfToken: string | undefined;

export function keepCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** Asks `/admin/v1` and answers its JSON, or throws a `Problem`. */
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  const response = await send(method, path, body);
  const text = await response.text().catch(() => {
    throw unreachable();
  });
  const parsed = parse(text);
  if (!response.ok) throw problemFrom(response.status, parsed);
  if (parsed === undefined) throw new Problem(response.status, {});
  return parsed as T;
}

async function send(method: Method, path: string, body?: object): Promise<Response> {
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  if (method !== 'GET' && csrfToken !== undefined) headers.set('x-csrf-token', csrfToken);
  try {
    return await fetch(BASE + path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw unreachable();
  }
}

function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A query string of what is said; what is empty is left out. */
export function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== '') query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** The address of an export, for a link: the browser saves what comes. */
export function exportUrl(
  path: string,
  values: Readonly<Record<string, string | undefined>>,
): string {
  return BASE + path + queryOf(values);
}

export const segment = encodeURIComponent;
