import type { TestServer } from '../../../../test/support/server.ts';

export interface SessionClient {
  get<T = unknown>(path: string): Promise<T>;
  post<T = unknown>(path: string, body?: unknown): Promise<T>;
}

/** A customer's browser, as far as it asks the account page's API. */
export async function openSession(server: TestServer, user: string): Promise<SessionClient> {
  const link = await server.request<{ url: string }>('POST', '/v1/account-links', { user });
  const entered = await fetch(link.body.url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const ask = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const headers = { cookie, origin: server.url };
    const options = { secret: null, headers };
    const answer = await server.request<T>(method, `/account/api/${path}`, body, options);
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };
  return {
    get: (path) => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
  };
}
