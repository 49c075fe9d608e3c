import type { Answer, TestServer } from './server.ts';

/** The portal in a browser: keeps the cookies it is given, and shows the token of its session. */
export interface StaffBrowser {
  request<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<T>>;
  /** Answers the state that the server has answered. */
  signIn(email: string, password: string): Promise<Answer<SignInAnswer>>;
  readonly cookies: Map<string, string>;
}

export interface SignInAnswer {
  readonly state?: 'signed_in' | 'code_needed';
  readonly code?: string;
  readonly session?: {
    readonly csrf_token: string;
    readonly staff: Record<string, unknown>;
  } | null;
}

export function openStaffBrowser(server: Pick<TestServer, 'request'>): StaffBrowser {
  const cookies = new Map<string, string>();
  let csrfToken = '';
  const browser: StaffBrowser = {
    cookies,
    async request<T>(method: string, path: string, body?: unknown) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await server.request<T>(method, path, body, {
        secret: null,
        headers: { cookie, 'x-csrf-token': csrfToken, 'sec-fetch-site': 'same-origin' },
      });
      for (const text of answer.headers.getSetCookie()) keep(cookies, text);
      const { session } = answer.body as SignInAnswer;
      csrfToken = session?.csrf_token ?? csrfToken;
      return answer;
    },
    signIn: (email, password) => browser.request('POST', '/admin/v1/session', { email, password }),
  };
  return browser;
}

function keep(cookies: Map<string, string>, text: string): void {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
  if (name === undefined || value === undefined) return;
  if (value === '') cookies.delete(name);
  else cookies.set(name, value);
}
