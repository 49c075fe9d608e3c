import { beforeAll, expect, test } from 'vitest';
import { openStaffBrowser, type StaffBrowser } from '../../../../test/support/staff-browser.ts';
import { useTestServer } from '../../../../test/support/server.ts';
import { codeOf, stepAt } from '../second-factor/totp.ts';

const EMAIL = 'ada@example.com';
const PASSWORD = 'correct horse battery';

const server = useTestServer({ env: { ADMIN_EMAIL: 'Ada@Example.com', ADMIN_PASSWORD: PASSWORD } });

async function signedIn(): Promise<StaffBrowser> {
  const browser = openStaffBrowser(server);
  expect(await browser.signIn(EMAIL, PASSWORD)).toMatchObject({ status: 200 });
  return browser;
}

const look = (browser: StaffBrowser) => browser.request('GET', '/admin/v1/session');

test('the owner of the environment signs in, with a cookie bound to host and TLS', async () => {
  const browser = openStaffBrowser(server);
  const answer = await browser.signIn(' ADA@example.com ', PASSWORD);
  expect(answer).toMatchObject({
    status: 200,
    body: { state: 'signed_in', session: { staff: { email: EMAIL, role: 'owner' } } },
  });
  const [cookie] = answer.headers.getSetCookie();
  expect(cookie).toMatch(
    /^__Host-wf_staff=[0-9a-z]{40}; Path=\/; Max-Age=604800; HttpOnly; Secure; SameSite=Lax$/,
  );
  const { body } = await look(browser);
  expect(body).toMatchObject({
    staff: { email: EMAIL, has_second_factor: false },
    permissions: expect.arrayContaining(['staff.write', 'users.read']) as unknown,
    server: { mode: 'development', version: expect.stringMatching(/^\d/) as unknown },
  });
});

test('a wrong password and an unknown address are answered alike', async () => {
  const browser = openStaffBrowser(server);
  const wrong = await browser.signIn(EMAIL, 'something else');
  const unknown = await browser.signIn('nobody@example.com', 'something else');
  const { request_id: one, ...told } = wrong.body as Record<string, unknown>;
  const { request_id: other, ...toldOfNobody } = unknown.body as Record<string, unknown>;
  expect(one).not.toBe(other);
  expect(told).toEqual(toldOfNobody);
  expect(told).toMatchObject({ status: 401, code: 'credentials_wrong' });
  expect(browser.cookies.size).toBe(0);
});

test('guessing is stopped for whoever guesses, also when they are right at last', async () => {
  const guesser = openStaffBrowser(server);
  for (const email of ['victim@example.com', EMAIL]) {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => guesser.signIn(email, `guess number ${index}`)),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThanOrEqual(2);
    expect(limited[0]?.headers.get('retry-after')).toBe('900');
  }
  expect(await guesser.signIn(EMAIL, PASSWORD)).toMatchObject({
    status: 429,
    body: { code: 'too_many_attempts' },
  });
  server.clock.advanceBy(15 * 60_000);
  expect(await guesser.signIn(EMAIL, PASSWORD)).toMatchObject({ status: 200 });
});

test('signing in again replaces the session, and signing out ends it', async () => {
  const browser = await signedIn();
  const first = new Map(browser.cookies);
  await browser.signIn(EMAIL, PASSWORD);
  const old = openStaffBrowser(server);
  for (const [name, value] of first) old.cookies.set(name, value);
  expect(await look(old)).toMatchObject({ status: 401 });
  const kept = new Map(browser.cookies);
  expect(await browser.request('DELETE', '/admin/v1/session')).toMatchObject({ status: 200 });
  expect(browser.cookies.size).toBe(0);
  for (const [name, value] of kept) old.cookies.set(name, value);
  expect(await look(old)).toMatchObject({ status: 401, body: { code: 'staff_session_missing' } });
});

test('a member sees where they are signed in, and ends what they do not know', async () => {
  const here = await signedIn();
  const there = await signedIn();
  const { body } = await here.request<{ data: { id: number; is_this: boolean }[] }>(
    'GET',
    '/admin/v1/sessions',
  );
  const newest = body.data[0];
  expect(newest?.is_this).toBe(false);
  expect(body.data.filter(({ is_this: isThis }) => isThis)).toHaveLength(1);
  const path = `/admin/v1/sessions/${newest?.id ?? 0}`;
  expect(await here.request('DELETE', path)).toMatchObject({ status: 200 });
  expect(await look(there)).toMatchObject({ status: 401 });
  expect(await look(here)).toMatchObject({ status: 200 });
  expect(await here.request('DELETE', path)).toMatchObject({ status: 404 });
});

test('a password is changed by whoever knows it, and other sessions end', async () => {
  const here = await signedIn();
  const there = await signedIn();
  const change = (current: string, next: string) =>
    here.request('POST', '/admin/v1/password', { current, new: next });
  expect(await change('not it', 'another good one')).toMatchObject({
    status: 403,
    body: { code: 'password_wrong' },
  });
  expect(await change(PASSWORD, 'short')).toMatchObject({
    status: 422,
    body: { code: 'password_weak' },
  });
  const before = new Map(here.cookies);
  expect(await change(PASSWORD, 'another good one')).toMatchObject({ status: 200 });
  expect(await look(there)).toMatchObject({ status: 401 });
  expect(here.cookies.get('__Host-wf_staff')).not.toBe(before.get('__Host-wf_staff'));
  expect(await change('another good one', PASSWORD)).toMatchObject({ status: 200 });
});

test('of two who change one password at once, one does, and the other is told', async () => {
  const browsers = [await signedIn(), await signedIn()];
  const answers = await Promise.all(
    browsers.map((browser, index) =>
      browser.request('POST', '/admin/v1/password', {
        current: PASSWORD,
        new: `a good one of ${index}`,
      }),
    ),
  );
  // Who comes last may find the session ended, or the password another.
  const done = answers.findIndex(({ status }) => status === 200);
  const { status } = answers[1 - done]!;
  expect([401, 403]).toContain(status);
  const present = `a good one of ${done}`;
  const browser = openStaffBrowser(server);
  expect(await browser.signIn(EMAIL, present)).toMatchObject({ status: 200 });
  const back = { current: present, new: PASSWORD };
  expect(await browser.request('POST', '/admin/v1/password', back)).toMatchObject({ status: 200 });
});

let seed: Buffer;
let recoveryCodes: string[];

beforeAll(async () => {
  // The rest of this file begins with a member without a second factor.
  expect(await look(await signedIn())).toMatchObject({ status: 200 });
});

const present = (aside = 0): string => codeOf(seed, stepAt(server.clock.nowMs()) + aside);

function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(text, (sign) => alphabet.indexOf(sign).toString(2).padStart(5, '0'));
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

test('a second factor counts once a code was shown, and is asked for from then on', async () => {
  const browser = await signedIn();
  const { body } = await browser.request<{ secret: string; uri: string }>(
    'POST',
    '/admin/v1/second-factor',
  );
  expect(body.uri).toContain(`otpauth://totp/WhisperForge:ada%40example.com?secret=${body.secret}`);
  seed = fromBase32(body.secret);
  const confirm = (code: string) =>
    browser.request<{ recovery_codes: string[] }>('POST', '/admin/v1/second-factor/confirm', {
      code,
    });
  expect(await confirm('000000')).toMatchObject({ status: 401, body: { code: 'code_wrong' } });
  expect(await openStaffBrowser(server).signIn(EMAIL, PASSWORD)).toMatchObject({
    body: { state: 'signed_in' },
  });
  const confirmed = await confirm(present());
  expect(confirmed.status).toBe(200);
  recoveryCodes = confirmed.body.recovery_codes;
  expect(new Set(recoveryCodes).size).toBe(10);
  expect(await look(browser)).toMatchObject({ body: { staff: { has_second_factor: true } } });
  expect(await openStaffBrowser(server).signIn(EMAIL, PASSWORD)).toMatchObject({
    body: { state: 'code_needed', session: null },
  });
});

const show = (browser: StaffBrowser, body: Record<string, unknown>) =>
  browser.request('POST', '/admin/v1/session/code', { kind: 'totp', ...body });

test('a code lets in once, and neither early nor late', async () => {
  server.clock.advanceBy(3_600_000);
  const browser = openStaffBrowser(server);
  await browser.signIn(EMAIL, PASSWORD);
  const refused = { status: 401, body: { code: 'code_wrong' } };
  expect(await look(browser)).toMatchObject({ status: 401 });
  expect(await show(browser, { code: present(-2) })).toMatchObject(refused);
  expect(await show(browser, { code: present(2) })).toMatchObject(refused);
  const code = present();
  expect(await show(browser, { code })).toMatchObject({ body: { state: 'signed_in' } });
  expect(await look(browser)).toMatchObject({ status: 200 });
  const second = openStaffBrowser(server);
  await second.signIn(EMAIL, PASSWORD);
  expect(await show(second, { code })).toMatchObject(refused);
  expect(await show(second, { code: present(1) })).toMatchObject({ status: 200 });
});

test('of many who show one code at once, one gets in', async () => {
  server.clock.advanceBy(3_600_000);
  const code = present();
  const browsers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const browser = openStaffBrowser(server);
      await browser.signIn(EMAIL, PASSWORD);
      return browser;
    }),
  );
  const answers = await Promise.all(browsers.map((browser) => show(browser, { code })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
});

test('a recovery code lets in once, however it is typed', async () => {
  server.clock.advanceBy(3_600_000);
  const code = (recoveryCodes[0] ?? '').replaceAll('-', ' ').toUpperCase();
  const first = openStaffBrowser(server);
  await first.signIn(EMAIL, PASSWORD);
  expect(await show(first, { code, kind: 'recovery' })).toMatchObject({ status: 200 });
  const second = openStaffBrowser(server);
  await second.signIn(EMAIL, PASSWORD);
  expect(await show(second, { code, kind: 'recovery' })).toMatchObject({ status: 401 });
});

test('a trusted browser is asked for no code for 30 days, and no other browser', async () => {
  server.clock.advanceBy(3_600_000);
  const browser = openStaffBrowser(server);
  await browser.signIn(EMAIL, PASSWORD);
  await show(browser, { code: present(), trust_device: true });
  await browser.request('DELETE', '/admin/v1/session');
  expect(await browser.signIn(EMAIL, PASSWORD)).toMatchObject({ body: { state: 'signed_in' } });
  expect(await openStaffBrowser(server).signIn(EMAIL, PASSWORD)).toMatchObject({
    body: { state: 'code_needed' },
  });
  server.clock.advanceBy(30 * 86_400_000);
  expect(await browser.signIn(EMAIL, PASSWORD)).toMatchObject({ body: { state: 'code_needed' } });
});

test('guessing codes is stopped, also for whoever has the right one then', async () => {
  server.clock.advanceBy(86_400_000);
  const browser = openStaffBrowser(server);
  await browser.signIn(EMAIL, PASSWORD);
  const statuses: number[] = [];
  for (let guess = 0; guess < 7; guess += 1) {
    const { status } = await show(browser, { code: `00000${guess}` });
    statuses.push(status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 429]);
  expect(await show(browser, { code: present() })).toMatchObject({ status: 429 });
});

test('a code without a password before it is worth nothing', async () => {
  server.clock.advanceBy(86_400_000);
  const browser = openStaffBrowser(server);
  const refused = { status: 401, body: { code: 'code_not_awaited' } };
  expect(await show(browser, { code: present() })).toMatchObject(refused);
  browser.cookies.set('__Host-wf_staff_code', 'made-up');
  expect(await show(browser, { code: present() })).toMatchObject(refused);
  await browser.signIn(EMAIL, PASSWORD);
  server.clock.advanceBy(10 * 60_000);
  expect(await show(browser, { code: present() })).toMatchObject(refused);
});
