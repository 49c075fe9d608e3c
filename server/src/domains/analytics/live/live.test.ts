import { beforeAll, expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { startTestServer } from '../../../../test/support/server.ts';
import type { SignedInStaff } from '../../../../test/support/staff.ts';
import { openDatabase } from '../../../adapters/postgres/index.ts';
import { staffScene } from '../../billing/staff-api/scene.fixture.ts';
import { createLive } from './live.ts';
import { openStream } from './stream.fixture.ts';

const scene = useBillingScene({ seed: 'live' });
const staff = staffScene(scene);
let analyst: SignedInStaff;

beforeAll(async () => {
  analyst = await staff.as('analyst');
});

const HOUR_MS = 3_600_000;
const signUp = (user: string) =>
  scene.server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });

test('a sign-up, a payment, figures and a cancellation are heard as they happen', async () => {
  await using stream = await openStream(scene.server, analyst);
  await stream.event('ready');
  await staff.subscribed('heard', 'pro');
  const signedUp = await stream.news('sign_up', 'heard');
  expect(signedUp.data).toMatchObject({ name: 'heard@example.com', amount: null });
  const paid = await stream.news('payment', 'heard');
  expect(paid.data['amount']).toEqual({ amount_minor: 1_900, currency: 'usd' });
  expect((await stream.news('subscription', 'heard')).data['plan']).toBe('pro');
  await stream.event('figures');
  const wish = { when: 'period_end' };
  await scene.server.request('POST', '/v1/users/heard/subscription/cancel', wish);
  await stream.news('cancellation', 'heard');
  // What changes of a user later is no sign-up.
  scene.clock.advanceTo(scene.clock.nowMs() + 1_000);
  await scene.server.request('PUT', '/v1/users/heard', { email: 'other@example.com' });
  await signUp('after-the-change');
  await stream.news('sign_up', 'after-the-change');
  expect(stream.heard.filter(({ data }) => data['kind'] === 'sign_up')).toHaveLength(2);
});

test('whoever returns hears what was missed, and nothing twice within one stream', async () => {
  const first = await openStream(scene.server, analyst);
  await first.event('ready');
  await signUp('before-leaving');
  const { id } = await first.news('sign_up', 'before-leaving');
  await first[Symbol.asyncDispose]();
  await signUp('while-away');
  await using again = await openStream(scene.server, analyst, id);
  await again.news('sign_up', 'while-away');
  await signUp('after-returning');
  await again.news('sign_up', 'after-returning');
  const ids = again.heard.filter(({ name }) => name === 'news').map((event) => event.id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the latest news are answered at once to whoever does not ask for a stream', async () => {
  await signUp('latest');
  const path = '/admin/v1/live';
  const { status, body } = await scene.server.request<string>('GET', path, undefined, analyst);
  expect(status).toBe(200);
  expect(body).toContain('"user":"latest"');
});

test('whoever opens one for the first time hears the latest news, in their order', async () => {
  for (const user of ['one', 'two', 'three']) await signUp(user);
  await using stream = await openStream(scene.server, analyst);
  await stream.event('ready');
  const news = stream.heard.filter(({ name }) => name === 'news');
  expect(news.slice(-3).map(({ data }) => data['user'])).toEqual(['one', 'two', 'three']);
  const ids = news.map(({ id }) => Number(id));
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
});

test('a stream ends with its session, and with the permission', async () => {
  const leaving = await staff.as('analyst');
  const demoted = await staff.as('analyst');
  const streams = await Promise.all(
    [leaving, demoted].map((member) => openStream(scene.server, member)),
  );
  await Promise.all(streams.map((stream) => stream.event('ready')));
  await scene.server.request('DELETE', '/admin/v1/session', undefined, leaving);
  await staff.query(`UPDATE staff SET role = 'support' WHERE id = $1`, [demoted.staffId]);
  await Promise.all(streams.map(({ ended }) => ended));
  expect((await openStream(scene.server, leaving)).status).toBe(401);
  expect((await openStream(scene.server, demoted)).status).toBe(403);
});

test('listening is no use of a session, which ends with its streams once it is idle', async () => {
  const away = await staff.as('analyst');
  const other = await staff.as('analyst');
  const beganMs = scene.clock.nowMs();
  const first = await openStream(scene.server, away);
  await first.event('ready');
  scene.clock.advanceTo(beganMs + 11 * HOUR_MS);
  const again = await openStream(scene.server, away);
  await again.event('ready');
  scene.clock.advanceTo(beganMs + 12 * HOUR_MS);
  // Whenever somebody is demoted, all who listen are looked at.
  await staff.query(`UPDATE staff SET role = 'support' WHERE id = $1`, [other.staffId]);
  await Promise.all([first.ended, again.ended]);
  expect((await openStream(scene.server, away)).status).toBe(401);
  analyst = await staff.as('analyst');
});

test('whoever may not listen by the time a stream is open hears nothing', async () => {
  await signUp('unheard');
  const database = openDatabase({
    url: scene.server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  const live = createLive({ database });
  const listen = (...answers: (() => boolean)[]) => {
    const isAllowed = () => Promise.try(answers.shift() ?? (() => true));
    return live.listen({ staffId: 1, isAllowed, lastId: undefined });
  };
  try {
    expect(await Array.fromAsync(await listen(() => false))).toEqual([]);
    // One that cannot be looked up keeps none of the others from being looked at.
    const unknown = await listen(
      () => true,
      () => {
        throw new Error('the database is away');
      },
    );
    const leaving = await listen(
      () => true,
      () => false,
    );
    live.onAnnouncement('staff');
    await Promise.all([unknown, leaving].map((pieces) => Array.fromAsync(pieces)));
  } finally {
    await live.close();
    await database.close();
  }
});

test('a member has ten streams at most, and one that is closed makes room', async () => {
  const member = await staff.as('finance');
  const streams = await Promise.all(
    Array.from({ length: 10 }, () => openStream(scene.server, member)),
  );
  expect(streams.map(({ status }) => status)).toEqual(streams.map(() => 200));
  expect((await openStream(scene.server, member)).status).toBe(429);
  await streams.pop()![Symbol.asyncDispose]();
  const opensAgain = async (): Promise<number> => {
    const stream = await openStream(scene.server, member);
    if (stream.status === 200) streams.push(stream);
    return stream.status;
  };
  await expect.poll(opensAgain, { timeout: 60_000 }).toBe(200);
  await Promise.all(streams.map((stream) => stream[Symbol.asyncDispose]()));
});

test('a stream of another process ends with the session, and with that process', async () => {
  const { databaseUrl, clock } = scene.server;
  const other = await startTestServer(databaseUrl, { clock });
  const leaving = await staff.as('analyst');
  const stream = await openStream(other, leaving);
  await stream.event('ready');
  await scene.server.request('DELETE', '/admin/v1/session', undefined, leaving);
  await stream.ended;
  expect((await openStream(other, leaving)).status).toBe(401);
  const staying = await openStream(other, analyst);
  await staying.event('ready');
  await signUp('elsewhere');
  await staying.news('sign_up', 'elsewhere');
  await other.close();
  // It was ended and not cut off, or else this would fail.
  await staying.ended;
});
