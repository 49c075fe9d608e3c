import { once } from 'node:events';
import { connect } from 'node:net';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startValidated } from '../../../test/validated.fixture.ts';
import type { Sandbox } from '../../sandbox.ts';

let sandbox: Sandbox;
let stripe: Stripe;

beforeAll(async () => {
  ({ sandbox, stripe } = await startValidated({ seed: 'test-clocks' }));
});
afterAll(() => sandbox.close());

const START = 1_700_000_000;
const DAY = 86_400;

it('advances, is ready afterwards, and gives its time to what is on it', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START, name: 'a' });
  expect(clock.status).toBe('ready');
  const target = START + 30 * DAY;
  const going = await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: target });
  expect(going).toMatchObject({
    status: 'advancing',
    status_details: { advancing: { target_frozen_time: target } },
  });
  await sandbox.settled();
  const there = await stripe.testHelpers.testClocks.retrieve(clock.id);
  expect(there).toMatchObject({ status: 'ready', frozen_time: target, status_details: {} });
  expect((await stripe.customers.create({ test_clock: clock.id })).created).toBe(target);
  const events = await stripe.events.list({ type: 'test_helpers.test_clock.ready', limit: 1 });
  expect(events.data[0]?.data.object).toStrictEqual(JSON.parse(JSON.stringify(there)));
});

/** What is answered to requests that stand on one connection at once, which no client does. */
async function pipelined(
  requests: readonly { readonly path: string; readonly form: string }[],
): Promise<string> {
  const socket = connect(sandbox.port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
  const texts = requests.map(
    ({ path, form }, index) =>
      `POST /v1/${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk_test_1\r\n` +
      `content-length: ${form.length}\r\n` +
      `${index === requests.length - 1 ? 'connection: close\r\n' : ''}\r\n${form}`,
  );
  socket.write(texts.join(''));
  await once(socket, 'close');
  return text;
}

it('goes forward only, and refuses changes of what is on it while it is advancing', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  for (const frozen_time of [START, START - 1]) {
    const back = stripe.testHelpers.testClocks.advance(clock.id, { frozen_time });
    await expect(back).rejects.toMatchObject({ statusCode: 400, param: 'frozen_time' });
  }
  // Both at once on one connection, so that the clock has not moved between them.
  const answers = await pipelined([
    { path: `test_helpers/test_clocks/${clock.id}/advance`, form: `frozen_time=${START + DAY}` },
    { path: `customers/${customer.id}`, form: 'name=x' },
  ]);
  expect(answers).toMatch(
    /^HTTP\/1\.1 200[^]*"advancing"[^]*HTTP\/1\.1 400[^]*test_clock_advancing/,
  );
  await sandbox.settled();
  await stripe.customers.update(customer.id, { name: 'y' });
});

it('takes everything that is on it along when it is deleted', async () => {
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const customer = await stripe.customers.create({ test_clock: clock.id });
  const deleted = await stripe.testHelpers.testClocks.del(clock.id);
  expect(deleted).toMatchObject({ id: clock.id, deleted: true });
  expect(await stripe.customers.retrieve(customer.id)).toMatchObject({ deleted: true });
  const gone = stripe.testHelpers.testClocks.retrieve(clock.id);
  await expect(gone).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing' });
});

it('goes at most two years at once where the limit of Stripe’s is asked for', async () => {
  const limit = (isOn: boolean): Promise<Response> =>
    fetch(`${sandbox.url}/_sandbox/settings`, {
      method: 'POST',
      body: new URLSearchParams({ limit_clock_advance: String(isOn) }),
    });
  await limit(true);
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time: START });
  const tooFar = stripe.testHelpers.testClocks.advance(clock.id, {
    frozen_time: START + 3 * 366 * DAY,
  });
  await expect(tooFar).rejects.toMatchObject({ statusCode: 400, param: 'frozen_time' });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: START + 365 * DAY });
  await sandbox.settled();
  await limit(false);
});
