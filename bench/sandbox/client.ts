/** An object as Stripe's API answers it. */
export interface Answer {
  readonly object: string;
  readonly id?: string;
  readonly data?: readonly Answer[];
  readonly items?: { readonly data: readonly { readonly id: string }[] };
}

/** Asks a Stripe sandbox; throws for every answer but a good one. */
export type Ask = (
  method: 'GET' | 'POST',
  path: string,
  form?: Readonly<Record<string, string>>,
) => Promise<Answer>;

export function clientOf(url: string): Ask {
  return async (method, path, form = {}) => {
    const said = new URLSearchParams(form);
    const response = await fetch(method === 'GET' ? `${url}${path}?${said}` : `${url}${path}`, {
      method,
      headers: { authorization: 'Bearer sk_test_bench' },
      ...(method === 'POST' ? { body: said } : {}),
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text) as Answer;
    throw new Error(`${method} ${path} must be a 200. Status ${response.status}: ${text}`);
  };
}
