import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Claims {
  readonly email: string;
  readonly email_verified: boolean;
  readonly name: string;
}

/** A real OpenID Connect provider, for tests. */
export interface Issuer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  letComeBackTo(redirectUri: string): void;
  knows(account: string, claims: Claims): void;
  /** Goes through the provider's own pages as a person would; answers where they lead back to. */
  signIn(authorizationUrl: string, account: string): Promise<string>;
  close(): Promise<void>;
}

const MOST_STEPS = 10;

export async function startIssuer(): Promise<Issuer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Claims>();
  const client = { clientId: 'portal', clientSecret: 'a secret of the portal and the issuer' };
  let handle: RequestListener = () => undefined;
  server.on('request', (request, response) => handle(request, response));
  return {
    url,
    ...client,
    letComeBackTo(redirectUri) {
      handle = providerAt(url, { people, client, redirectUri }).callback();
    },
    knows: (account, claims) => void people.set(account, claims),
    signIn,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Setting {
  readonly people: ReadonlyMap<string, Claims>;
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly redirectUri: string;
}

function providerAt(url: string, { people, client, redirectUri }: Setting): Provider {
  return new Provider(url, {
    clients: [
      {
        client_id: client.clientId,
        client_secret: client.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    // Many providers put the claims into the id token, and ours asks for no other answer.
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true } },
    pkce: { required: () => true },
    findAccount: (_context, id) => {
      const claims = people.get(id);
      return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
    },
  });
}

async function signIn(authorizationUrl: string, account: string): Promise<string> {
  const { origin } = new URL(authorizationUrl);
  const cookies = new Map<string, string>();
  let next: { url: string; body?: URLSearchParams } = { url: authorizationUrl };
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const response = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(next.body && { method: 'POST', body: next.body }),
    });
    for (const text of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(text) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    const location = response.headers.get('location');
    const page = await response.text();
    if (location !== null) {
      const target = new URL(location, origin);
      if (target.origin !== origin) return target.href;
      next = { url: target.href };
      continue;
    }
    // The page that asks who it is, or the one that asks whether the client may know.
    const action = /action="([^"]+)"/.exec(page)?.[1] ?? '';
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? '';
    const body = new URLSearchParams({ prompt, login: account, password: 'any' });
    next = { url: new URL(action, origin).href, body };
  }
  throw new Error('the provider leads nowhere');
}
