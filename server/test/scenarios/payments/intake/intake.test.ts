import { expect, test } from 'vitest';
import { systemClock } from '@whisperforge/kernel/clock';
import { readDatabase } from '../../support/database-reader.ts';
import { useTestServer } from '../../../support/server.ts';
import { signatureOf, signed } from '../support/signed.ts';

const OLD = 'whsec_old';
const NEW = 'whsec_new';
const MINUTE_MS = 60_000;

const server = useTestServer({
  env: { STRIPE_WEBHOOK_SECRET: `${OLD},${NEW}`, STRIPE_SECRET_KEY: 'sk_test_intake' },
});

interface Said {
  readonly code?: string;
  readonly status?: number;
  readonly received?: boolean;
  readonly duplicate?: boolean;
}

async function post(body: string, header?: string): Promise<{ status: number; body: Said }> {
  const answer = await fetch(`${server.url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(header && { 'stripe-signature': header }) },
    body,
  });
  return { status: answer.status, body: (await answer.json()) as Said };
}

function deliver(told: unknown, secret = OLD): ReturnType<typeof post> {
  const { body, header } = signed(told, { secret });
  return post(body, header);
}

let made = 0;

function event(said: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  made += 1;
  return {
    id: `evt_${made}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(systemClock.nowMs() / 1_000),
    data: { object: { id: `in_${made}`, object: 'invoice', customer: `cus_${made}` } },
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'invoice.paid',
    ...said,
  };
}

type Row = Readonly<Record<string, unknown>>;

async function stored(): Promise<{ events: Row[]; customers: Row[] }> {
  await using reader = await readDatabase(server.databaseUrl);
  return {
    events: await reader.rows('SELECT * FROM stripe_events ORDER BY id'),
    customers: await reader.rows('SELECT * FROM billing_customers ORDER BY stripe_customer_id'),
  };
}

/** Sends it and expects a problem document with this code, and nothing to be other than before. */
async function expectRefusal(
  send: () => ReturnType<typeof post>,
  { status, code }: { readonly status: number; readonly code: string },
): Promise<void> {
  const before = await stored();
  const answer = await send();
  expect(answer).toMatchObject({ status, body: { status, code } });
  expect(await stored()).toEqual(before);
}

const INVALID = { status: 400, code: 'webhook_signature_invalid' };
const MALFORMED = { status: 400, code: 'webhook_malformed' };

test('an event is answered when it is kept, and a repeat changes nothing', async () => {
  const once = event();
  expect(await deliver(once)).toEqual({ status: 200, body: { received: true, duplicate: false } });
  const before = await stored();
  expect(before.events).toContainEqual(
    expect.objectContaining({ id: once['id'], state: 'stored', reason: null }),
  );
  expect(await deliver(once)).toEqual({ status: 200, body: { received: true, duplicate: true } });
  expect(await stored()).toEqual(before);
});

test('an id that comes again with another body is taken for the first', async () => {
  const once = event();
  await deliver(once);
  const before = await stored();
  const other = { ...once, type: 'customer.deleted', data: { object: { id: 'cus_x' } } };
  expect((await deliver(other)).body).toEqual({ received: true, duplicate: true });
  expect(await stored()).toEqual(before);
});

test('of the same event many times at once exactly one is new', async () => {
  const once = event();
  const answers = await Promise.all(Array.from({ length: 40 }, () => deliver(once)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
  expect(answers.filter(({ body }) => body.duplicate === false)).toHaveLength(1);
});

test('many events of one customer at once are kept, and the customer is due once', async () => {
  const data = { object: { id: 'in_x', object: 'invoice', customer: 'cus_busy' } };
  const answers = await Promise.all(Array.from({ length: 40 }, () => deliver(event({ data }))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const { customers } = await stored();
  expect(customers).toContainEqual(expect.objectContaining({ stripe_customer_id: 'cus_busy' }));
});

test('what nobody signed, or somebody else, is refused', async () => {
  const { body } = signed(event(), { secret: OLD });
  await expectRefusal(() => post(body), INVALID);
  await expectRefusal(() => post(body, 'nonsense'), INVALID);
  await expectRefusal(() => post(body, `t=1,v0=${'0'.repeat(64)}`), INVALID);
  await expectRefusal(() => deliver(event(), 'whsec_forged'), INVALID);
  await expectRefusal(() => deliver(event(), ''), INVALID);
});

test('what was altered, cut off or continued on its way is refused', async () => {
  const { body, header } = signed(event(), { secret: OLD });
  await expectRefusal(() => post(body.replace('invoice.paid', 'invoice.void'), header), INVALID);
  await expectRefusal(() => post(body.slice(0, -20), header), INVALID);
  await expectRefusal(() => post(`${body} `, header), INVALID);
  await expectRefusal(() => post('', header), INVALID);
  const later = header.replace(/t=\d+/, `t=${Math.floor(systemClock.nowMs() / 1_000) + 1}`);
  await expectRefusal(() => post(body, later), INVALID);
});

test('what was signed more than five minutes ago is refused, and at four is not', async () => {
  const now = systemClock.nowMs();
  const old = signed(event(), { secret: OLD, atMs: now - 5 * MINUTE_MS - 2_000 });
  await expectRefusal(() => post(old.body, old.header), {
    status: 400,
    code: 'webhook_signature_expired',
  });
  const recent = signed(event(), { secret: OLD, atMs: now - 4 * MINUTE_MS });
  expect((await post(recent.body, recent.header)).status).toBe(200);
});

test('each of the secrets is good while one takes the place of another', async () => {
  expect((await deliver(event(), OLD)).status).toBe(200);
  expect((await deliver(event(), NEW)).status).toBe(200);
  const body = JSON.stringify(event());
  const atMs = systemClock.nowMs();
  const by = (secret: string): string => `v1=${signatureOf(body, { secret, atMs })}`;
  const header = [`t=${Math.floor(atMs / 1_000)}`, by('whsec_gone'), by(NEW)].join(',');
  expect((await post(body, header)).status).toBe(200);
});

test('an event of the live mode is refused by a server of the test mode', async () => {
  const wrong = { status: 422, code: 'webhook_livemode_wrong' };
  await expectRefusal(() => deliver(event({ livemode: true })), wrong);
});

test.each([
  ['no JSON', '{"id": "evt_x"'],
  ['nothing', 'null'],
  ['a list', '[]'],
  ['a word', '"evt_x"'],
  ['an object without anything', '{}'],
  ['a character of control that is not escaped', `${JSON.stringify(event())}\u001F`],
  ['a thin event', JSON.stringify({ id: 'evt_x', object: 'v2.core.event', type: 'v1.x' })],
])('signed, and %s, is refused', async (_what, body) => {
  await expectRefusal(() => deliver(body), MALFORMED);
});

test.each([
  ['an id that is a number', { id: 7 }],
  ['an empty id', { id: '' }],
  ['an id of 3,000 characters', { id: `evt_${'x'.repeat(3_000)}` }],
  ['a NUL in its id', { id: 'evt_\u0000' }],
  ['half a character in its id', { id: 'evt_\ud800' }],
  ['no type', { type: null }],
  ['a NUL in its type', { type: 'invoice\u0000paid' }],
  ['a livemode that is a word', { livemode: 'no' }],
  ['an instant that is a word', { created: 'soon' }],
  ['an instant beyond all calendars', { created: 1e300 }],
  ['an instant before the epoch', { created: -1 }],
  ['no data', { data: null }],
  ['no object', { data: { object: null } }],
  ['a NUL in its customer', { data: { object: { object: 'invoice', customer: 'cus_\u0000' } } }],
  ['half a character in its version', { api_version: 'x\ud800' }],
])('signed, and with %s, it is refused', async (_what, said) => {
  await expectRefusal(() => deliver(event(said)), MALFORMED);
});

test('what cannot be kept takes nobody along who comes at the same time', async () => {
  const good = Array.from({ length: 20 }, () => event());
  const bad = Array.from({ length: 20 }, () => event({ type: 'x\u0000' }));
  const answers = await Promise.all([...good, ...bad].map((each) => deliver(each)));
  expect(answers.map(({ status }) => status)).toEqual([
    ...good.map(() => 200),
    ...bad.map(() => 400),
  ]);
});

test('bodies that come at once are each kept as they came, whatever they escape', async () => {
  const told = Array.from({ length: 30 }, (_, index) => {
    const name = `${'\u001F'.repeat(index % 4)}é ${index}`;
    return event({ data: { object: { id: `cus_apart_${index}`, object: 'customer', name } } });
  });
  const answers = await Promise.all(told.map((each) => deliver(each)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const kept = new Map((await stored()).events.map((row) => [row.id, row.payload]));
  expect(told.map(({ id }) => kept.get(id))).toEqual(told.map((each) => JSON.stringify(each)));
});

test('odd characters in what is only kept are kept as they came', async () => {
  const odd = event({
    data: { object: { id: 'cus_odd', object: 'customer', name: '\u0000\ud800' } },
  });
  const { body, header } = signed(odd, { secret: OLD });
  expect((await post(body, header)).status).toBe(200);
  expect((await stored()).events).toContainEqual(
    expect.objectContaining({ id: odd['id'], payload: body, stripe_customer_id: 'cus_odd' }),
  );
});

test('a body of more than a megabyte is refused', async () => {
  const large = event({ padding: 'x'.repeat(1_048_576) });
  await expectRefusal(() => deliver(large), { status: 413, code: 'body_too_large' });
});

test('an event of another version is kept, to be handled by retrieval, with a note', async () => {
  const old = event({ api_version: '2019-05-16' });
  expect((await deliver(old)).status).toBe(200);
  expect((await stored()).events).toContainEqual(
    expect.objectContaining({
      id: old['id'],
      state: 'stored',
      reason: 'it was rendered at 2019-05-16; the object is read anew',
    }),
  );
});

test('an event about no customer is kept and ignored, with the reason', async () => {
  const product = event({ data: { object: { id: 'prod_1', object: 'product' } } });
  expect((await deliver(product)).status).toBe(200);
  expect((await stored()).events).toContainEqual(
    expect.objectContaining({
      id: product['id'],
      state: 'ignored',
      reason: 'it is about no customer',
    }),
  );
});
