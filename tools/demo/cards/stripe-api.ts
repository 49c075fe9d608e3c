/** Where Stripe's API is asked, and by which key. */
export interface StripeAt {
  readonly apiBase: string;
  readonly secretKey: string;
}

export interface Listed<T> {
  readonly data: readonly T[];
}

/** Stripe's API, as a person with a terminal asks it. */
export interface StripeApi {
  get<T>(path: string, query?: Readonly<Record<string, string>>): Promise<T>;
  /** Asked again under the same key it is done once. */
  post<T>(path: string, form: Readonly<Record<string, string>>, key?: string): Promise<T>;
  delete(path: string): Promise<void>;
}

export function stripeApi({ apiBase, secretKey }: StripeAt): StripeApi {
  const usual = { authorization: `Bearer ${secretKey}` };
  const ask = async <T>(path: string, init: RequestInit): Promise<T> => {
    const response = await fetch(`${apiBase}/v1/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  };
  return {
    get: (path, query = {}) =>
      ask(`${path}?${new URLSearchParams(query).toString()}`, { headers: usual }),
    post: (path, form, key) =>
      ask(path, {
        method: 'POST',
        headers: { ...usual, ...(key !== undefined && { 'idempotency-key': key }) },
        body: new URLSearchParams(form),
      }),
    async delete(path) {
      await ask(path, { method: 'DELETE', headers: usual });
    },
  };
}
