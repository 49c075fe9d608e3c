import { SEEN_ONLY, seenUser } from '../state/seen.ts';

/** A fault with words for the customer. */
export class Problem extends Error {
  override readonly name = 'Problem';
  /** 0 where no answer came. */
  readonly status: number;
  readonly code: string;
  /** What is wrong with which input, by its name. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, document: ProblemDocument) {
    super(document.detail ?? document.title ?? 'The server could not do this. Please try again.');
    this.status = status;
    this.code = document.code ?? '';
    this.fields = new Map(
      document.errors?.map(({ field, message }) => [field.replace(/^\//, ''), message]),
    );
  }
}

interface ProblemDocument {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

const UNREACHABLE = 'The server cannot be reached. Check the connection and try again.';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Asks the server and answers its JSON, or throws a `Problem`. */
export async function ask<T>(method: Method, path: string, body?: object): Promise<T> {
  if (seenUser !== null && method !== 'GET') throw new Problem(403, { detail: SEEN_ONLY });
  const response = await send(method, path, body);
  const text = await response.text().catch(() => {
    throw new Problem(0, { detail: UNREACHABLE });
  });
  if (!response.ok)
    throw new Problem(response.status, (parse(text) as ProblemDocument | undefined) ?? {});
  const parsed = parse(text);
  if (parsed === undefined) throw new Problem(response.status, {});
  return parsed as T;
}

async function send(method: Method, path: string, body?: object): Promise<Response> {
  const headers = { accept: 'application/json' };
  const sent =
    body === undefined
      ? { headers }
      : {
          headers: { ...headers, 'content-type': 'application/json' },
          body: JSON.stringify(body),
        };
  try {
    return await fetch(path, { method, credentials: 'same-origin', ...sent });
  } catch {
    throw new Problem(0, { detail: UNREACHABLE });
  }
}

/** Proxies answer in HTML when they answer instead of the server. */
function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whatever was thrown, as something that can be shown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const detail = 'Something went wrong on this page. Reload it, and try again.';
  // The customer can do nothing with the cause, and whoever mends it finds it in the console.
  console.error(thrown);
  return new Problem(-1, { detail });
}
