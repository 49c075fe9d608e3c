import type { Note } from './company/notes.ts';

/** The portal, and who signs in there first. */
export interface Portal {
  readonly url: string;
  readonly owner: { readonly email: string; readonly password: string };
}

/**
 * Writes notes beside the figures as the first owner would, through the portal's own routes: a note
 * is somebody's. Answers false where the owner signs in otherwise by now.
 */
export async function writeNotes(portal: Portal, notes: readonly Note[]): Promise<boolean> {
  const headers = await signIn(portal);
  if (headers === undefined) return false;
  const path = `${portal.url}/admin/v1/annotations`;
  const { data } = await answerOf<{ data: Note[] }>(await fetch(path, { headers }));
  const known = new Set(data.map(nameOf));
  for (const note of notes.filter((each) => !known.has(nameOf(each)))) {
    await answerOf(await fetch(path, { method: 'POST', headers, body: JSON.stringify(note) }));
  }
  const signOut = { method: 'DELETE', headers, body: '{}' };
  await answerOf(await fetch(`${portal.url}/admin/v1/session`, signOut));
  return true;
}

function nameOf({ day, title }: Note): string {
  return `${day} ${title}`;
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
