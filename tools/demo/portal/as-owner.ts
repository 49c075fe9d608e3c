/** The portal, and who signs in there first. */
export interface Portal {
  readonly url: string;
  readonly owner: { readonly email: string; readonly password: string };
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Asks the portal's own routes, by a path after `/admin/v1/`; a refusal is thrown. */
export type Ask = <T>(method: Method, path: string, body?: object) => Promise<T>;

/**
 * Does something as the first owner would, through the portal's own routes, since what staff do is
 * somebody's. Answers false where the owner signs in otherwise by now, and nothing was done.
 */
export async function asOwner(portal: Portal, work: (ask: Ask) => Promise<void>): Promise<boolean> {
  const headers = await signIn(portal);
  if (headers === undefined) return false;
  const ask: Ask = async (method, path, body) => {
    const said = body === undefined ? {} : { body: JSON.stringify(body) };
    return answerOf(await fetch(`${portal.url}/admin/v1/${path}`, { method, headers, ...said }));
  };
  await work(ask);
  await ask('DELETE', 'session', {});
  return true;
}

async function signIn({ url, owner }: Portal): Promise<Record<string, string> | undefined> {
  const usual = { 'content-type': 'application/json', 'origin': url };
  const response = await fetch(`${url}/admin/v1/session`, {
    method: 'POST',
    headers: usual,
    body: JSON.stringify(owner),
  });
  if (response.status === 401) return undefined;
  const { session } = await answerOf<{ session: { csrf_token: string } | null }>(response);
  if (session === null) return undefined;
  const cookie = response.headers.getSetCookie().map((each) => each.split(';')[0]);
  return { ...usual, 'cookie': cookie.join('; '), 'x-csrf-token': session.csrf_token };
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
