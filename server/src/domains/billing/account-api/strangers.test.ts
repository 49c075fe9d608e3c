import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { ASKED, plan } from './asked.fixture.ts';
import { openSession } from './session.fixture.ts';

const scene = useBillingScene({ seed: 'strangers', hasWebhooks: false });
const CARD = '4242 4242 4242 4242';

interface Opened {
  readonly id: string;
  readonly url: string;
}

async function person(user: string): Promise<string> {
  const body = { email: `${user}@example.com` };
  const { status } = await scene.server.request('PUT', `/v1/users/${user}`, body);
  expect(status).toBeLessThan(300);
  return user;
}

async function pay(url: string): Promise<void> {
  const fields = { email: 'a@example.com', name: 'A', number: CARD, expiry: '12 / 34', cvc: '123' };
  const body = new URLSearchParams(fields);
  const answer = await fetch(url, { method: 'POST', redirect: 'manual', body });
  expect(answer.headers.get('location')).not.toBeNull();
}

async function cookieOf(user: string): Promise<string> {
  const link = await scene.server.request<{ url: string }>('POST', '/v1/account-links', { user });
  const entered = await fetch(link.body.url, { redirect: 'manual' });
  return entered.headers.get('set-cookie')?.split(';')[0] ?? '';
}

test('nobody has the account page without a cookie, or with a secret key instead', async () => {
  const { server } = scene;
  const { url, secretKey } = server;
  const wrong = ['', 'wf_session=', 'wf_session=x', `wf_session=${secretKey}`, 'session=x'];
  for (const [method, path, body] of ASKED) {
    for (const cookie of wrong) {
      for (const secret of [null, secretKey]) {
        const options = { secret, headers: { cookie, origin: url } };
        const answer = await server.request(method, `/account/api/${path}`, body, options);
        expect([path, answer.status]).toEqual([path, 401]);
      }
    }
  }
});

test('no page of another site changes anything by a cookie', async () => {
  const { server } = scene;
  const { url } = server;
  const cookie = await cookieOf(await person('lured'));
  const sites: Readonly<Record<string, string>>[] = [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${url}.evil.example` },
    { 'origin': url, 'sec-fetch-site': 'cross-site' },
    { 'origin': url, 'sec-fetch-site': 'same-site' },
    { 'origin': url, 'sec-fetch-site': 'none' },
    { referer: `${url}/account` },
  ].map((headers) => ({ cookie, ...headers }));
  for (const [method, path, body] of ASKED) {
    if (method === 'GET') continue;
    for (const headers of sites) {
      const options = { secret: null, headers };
      const answer = await server.request(method, `/account/api/${path}`, body, options);
      const site = headers['origin'];
      expect([path, site, answer.status]).toEqual([path, site, 403]);
    }
  }
});

test("nobody has another customer's purchase, token, answer or invoices", async () => {
  const [own, other] = [await person('owner'), await person('other')];
  const [mine, theirs] = [
    await openSession(scene.server, own),
    await openSession(scene.server, other),
  ];
  const headers = { 'origin': scene.server.url, 'idempotency-key': 'the-same-for-both' };
  const open = async (user: string) => {
    const cookie = await cookieOf(user);
    const options = { secret: null, headers: { ...headers, cookie } };
    return (await scene.server.request<Opened>('POST', '/account/api/checkout', plan, options))
      .body;
  };
  const [first, second] = [await open(own), await open(other)];
  expect(second.url).not.toBe(first.url);
  await expect(theirs.get(`checkouts/${first.id}`)).rejects.toThrow('checkout_unknown');
  await pay(first.url);
  expect(await mine.get(`checkouts/${first.id}`)).toMatchObject({ is_active: true });
  await pay(second.url);
  expect(await theirs.get(`checkouts/${second.id}`)).toMatchObject({ is_active: true });
  const wish = { plan: 'business', billing_cycle: 'monthly', when: 'now' };
  const preview = await mine.post<{ preview_token: string }>('subscription/preview', wish);
  const { preview_token } = preview;
  await expect(theirs.post('subscription/change', { preview_token })).rejects.toThrow(
    'preview_token_invalid',
  );
  const bought = await mine.get<{ data: { id: string }[] }>('invoices');
  const others = await theirs.get<{ data: { id: string }[] }>('invoices');
  const ids = new Set(others.data.map(({ id }) => id));
  expect(bought.data.length).toBeGreaterThan(0);
  expect(bought.data.filter(({ id }) => ids.has(id))).toEqual([]);
});

test.each([
  '//evil.example',
  '/account',
  'https:\\\\evil.example',
  'https:/\\evil.example',
  'https://127.0.0.1@evil.example/',
  'https://evil.example#@127.0.0.1',
  'https://127.0.0.1.evil.example',
  'https://127。0。0。1.evil.example',
  'https://evil.example\t@127.0.0.1',
  'http://user:pass@127.0.0.1/',
  'javascript:alert(1)',
  'data:text/html,x',
  'ftp://127.0.0.1/',
  ' javascript:alert(1)',
  '',
])('nobody is sent to %j', async (target) => {
  const user = await person('sent');
  const own = `${scene.server.url}/account`;
  const asked: readonly (readonly [string, Record<string, unknown>])[] = [
    ['/v1/checkout', { ...plan, success_url: target, cancel_url: own }],
    ['/v1/checkout', { ...plan, success_url: own, cancel_url: target }],
    ['/v1/portal', { return_url: target }],
    ['/v1/account-links', { return_url: target }],
  ];
  for (const [path, body] of asked) {
    const answer = await scene.server.request('POST', path, { user, ...body });
    expect([path, [400, 422].includes(answer.status)]).toEqual([path, true]);
  }
});

test.each([
  { seats: 0 },
  { seats: -1 },
  { seats: 1.5 },
  { seats: 1e9 },
  { seats: '5' },
  { seats: Number.MAX_SAFE_INTEGER },
  { currency: 'kwd' },
  { currency: 'USD\r\nX: y' },
  { plan: 'free' },
  { plan: '__proto__' },
  { billing_cycle: 'weekly' },
  { promotion_code: "' OR 1=1 --" },
  { promotion_code: '\u0000' },
  { pack: 'minutes-300' },
  { quantity: 0 },
  { amount_minor: 1 },
  { trial_days: 365 },
  { coupon: 'wf_percent_10000_forever' },
])('nothing is bought by %j', async (more) => {
  const session = await openSession(scene.server, await person('greedy'));
  await expect(session.post('checkout', { ...plan, ...more })).rejects.toThrow(/"status":4\d\d/);
});
