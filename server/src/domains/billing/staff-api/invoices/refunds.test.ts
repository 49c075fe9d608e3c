import { beforeAll, expect, test } from 'vitest';
import { useBillingScene } from '../../../../../test/support/billing.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import type { SignedInStaff } from '../../../../../test/support/staff.ts';
import { staffScene } from '../scene.fixture.ts';

const scene = useBillingScene({ seed: 'staff refunds' });
const staff = staffScene(scene);
let finance: SignedInStaff;

beforeAll(async () => {
  finance = await staff.as('finance');
});

interface RefundAnswer {
  code?: string;
  refund: string | null;
  amount_minor: number;
  before: { paid_minor: number; refunded_minor: number };
  after: { paid_minor: number; refunded_minor: number };
  version: number;
  refundable_minor?: number;
  to?: string;
}

/** Somebody who has paid 1,900 for their first month, and that invoice. */
async function paid(user: string): Promise<string> {
  const { subscription } = await staff.subscribed(user, 'pro');
  const [invoice] = (await scene.stripe.invoices.list({ subscription, limit: 1 })).data;
  return invoice!.id;
}

async function deed(invoice: string, user: string, said: object, who = finance) {
  const { version } = await staff.profileOf(user);
  const path = `/admin/v1/invoices/${invoice}/refunds`;
  const body = { reason: 'not as promised', version, ...said };
  return scene.server.request<RefundAnswer>('POST', path, body, who);
}

async function givenBack(invoice: string): Promise<number[]> {
  const { payments } = await scene.stripe.invoices.retrieve(invoice, { expand: ['payments'] });
  const intent = payments!.data[0]!.payment.payment_intent as string;
  const { data } = await scene.stripe.refunds.list({ payment_intent: intent });
  return data.map(({ amount }) => amount).toReversed();
}

async function listed(user: string): Promise<number[]> {
  const read = async (path: string, who?: SignedInStaff) => {
    const answer = await scene.server.request<{ data: { refunded_minor: number }[] }>(
      'GET',
      path,
      undefined,
      who,
    );
    return answer.body.data.map((each) => each.refunded_minor);
  };
  const seen = await read(`/admin/v1/users/${user}/invoices`, await staff.as('analyst'));
  expect(await read(`/v1/users/${user}/invoices`)).toEqual(seen);
  return seen;
}

test('a part and then the rest are given back, foreseen, listed and on record', async () => {
  const invoice = await paid('returned');
  const tried = await deed(invoice, 'returned', { amount_minor: 500, dry_run: true });
  expect(tried.body).toMatchObject({ refund: null, amount_minor: 500 });
  expect(await givenBack(invoice)).toEqual([]);
  const part = await deed(invoice, 'returned', { amount_minor: 500 });
  expect(part.body).toMatchObject({
    before: { paid_minor: 1_900, refunded_minor: 0 },
    after: { paid_minor: 1_900, refunded_minor: 500 },
  });
  expect(await listed('returned')).toEqual([500]);
  const tooMuch = await deed(invoice, 'returned', { amount_minor: 1_401 });
  expect(tooMuch).toMatchObject({
    status: 422,
    body: { code: 'refund_too_large', refundable_minor: 1_400 },
  });
  expect((await deed(invoice, 'returned', {})).body).toMatchObject({ amount_minor: 1_400 });
  expect(await givenBack(invoice)).toEqual([500, 1_400]);
  expect(await listed('returned')).toEqual([1_900]);
  const nothing = await deed(invoice, 'returned', {});
  expect([nothing.status, nothing.body.code]).toEqual([409, 'nothing_to_refund']);
  const entries = await staff.query(
    `SELECT actor_id, reason, before->>'refunded_minor' AS before,
       after->>'refunded_minor' AS after, address
     FROM audit_entries WHERE action = 'billing.refund_requested' AND subject_id = $1 ORDER BY id`,
    [invoice],
  );
  const by = { actor_id: String(finance.staffId), reason: 'not as promised', address: '127.0.0.1' };
  expect(entries).toEqual([
    { ...by, before: '0', after: '500' },
    { ...by, before: '500', after: '1900' },
  ]);
});

test('what was given back at Stripe itself is not given back again', async () => {
  const invoice = await paid('elsewhere');
  const { payments } = await scene.stripe.invoices.retrieve(invoice, { expand: ['payments'] });
  const payment_intent = payments!.data[0]!.payment.payment_intent as string;
  await scene.stripe.refunds.create({ payment_intent, amount: 1_000 });
  const all = await deed(invoice, 'elsewhere', { amount_minor: 1_000 });
  expect(all.body).toMatchObject({ code: 'refund_too_large', refundable_minor: 900 });
});

test('of many at once who know the present version never more than was paid is given', async () => {
  const invoice = await paid('rushed');
  const members = await Promise.all(Array.from({ length: 6 }, () => staff.as('finance')));
  const insist = async (who: SignedInStaff) => {
    for (let attempt = 1; attempt <= 20; attempt += 1) {
      const answer = await deed(invoice, 'rushed', { amount_minor: 700 }, who);
      if (answer.body.code !== 'stale_version') return answer.status;
    }
    throw new Error('somebody else was always faster');
  };
  const answers = await Promise.all(members.map(insist));
  expect(answers.filter((status) => status === 200)).toHaveLength(2);
  expect(await givenBack(invoice)).toEqual([700, 700]);
});

test('one that Stripe breaks down at is carried out once, by whoever carries on', async () => {
  const invoice = await paid('broken');
  const failure = { kind: 'reset_after_commit', method: 'POST', path: '/v1/refunds', count: 9 };
  await scene.control('failures', failure);
  const failed = await deed(invoice, 'broken', { amount_minor: 300 });
  expect(failed.status).toBe(503);
  await fetch(`${scene.sandbox.url}/_sandbox/failures`, { method: 'DELETE' });
  const more = await deed(invoice, 'broken', { amount_minor: 1_601 });
  expect(more.body).toMatchObject({ code: 'refund_too_large', refundable_minor: 1_600 });
  await staff.query(`UPDATE invoice_refunds SET touched_at = touched_at - interval '1 hour'`);
  await staff.query(`SELECT billing_worker.add_job('billing_commands')`);
  const states = async () => {
    const rows = await staff.query(
      `SELECT state FROM invoice_refunds WHERE stripe_invoice_id = $1`,
      [invoice],
    );
    return rows.map(({ state }) => state);
  };
  await eventually(async () => (await states())[0] === 'done');
  expect(await states()).toEqual(['done']);
  expect(await givenBack(invoice)).toEqual([300]);
});

test('what was given back at Stripe itself is listed with ours, and not given twice', async () => {
  const invoice = await paid('seen');
  await deed(invoice, 'seen', { amount_minor: 300 });
  const { payments } = await scene.stripe.invoices.retrieve(invoice, { expand: ['payments'] });
  const payment_intent = payments!.data[0]!.payment.payment_intent as string;
  const { id } = await scene.stripe.refunds.create({ payment_intent, amount: 400 });
  await scene.sandbox.settled();
  await eventually(async () => ((await listed('seen'))[0] === 700 ? true : undefined));
  const path = `/admin/v1/invoices/${invoice}/refunds`;
  interface Page {
    readonly data: readonly { readonly id: string }[];
    readonly next_cursor: string | null;
  }
  const read = async (query: string) =>
    (await scene.server.request<Page>('GET', path + query, undefined, finance)).body;
  const all = await read('');
  const made = { source: 'stripe', status: 'done', amount_minor: 400, refusal: null };
  expect(all.data).toHaveLength(2);
  expect(all.data).toContainEqual(expect.objectContaining({ ...made, id }));
  expect(all.data).toContainEqual(expect.objectContaining({ source: 'staff', amount_minor: 300 }));
  const first = await read('?limit=1');
  const second = await read(`?limit=1&cursor=${first.next_cursor}`);
  expect([...first.data, ...second.data]).toEqual(all.data);
  expect(second.next_cursor).toBeNull();
  const rest = await deed(invoice, 'seen', {});
  expect(rest.body).toMatchObject({ amount_minor: 1_200, before: { refunded_minor: 700 } });
  const seen = await staff.query(
    `SELECT reason FROM audit_entries WHERE action = 'billing.refund_seen' AND subject_id = $1`,
    [invoice],
  );
  expect(seen).toEqual([{ reason: 'given back at Stripe' }]);
});

test('neither support nor a foreign version gives money back', async () => {
  const invoice = await paid('kept');
  const support = await staff.as('support');
  expect((await deed(invoice, 'kept', {}, support)).status).toBe(403);
  const stale = await deed(invoice, 'kept', { version: 1 });
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);
  const unknown = await deed('in_unknown', 'kept', {});
  expect([unknown.status, unknown.body.code]).toEqual([404, 'invoice_unknown']);
  expect(await givenBack(invoice)).toEqual([]);
});

test('support sends a receipt again, to the address of today, as often as asked', async () => {
  const support = await staff.as('support');
  const invoice = await paid('receiver');
  const resend = async (said: object = {}, who = support) => {
    const { version } = await staff.profileOf('receiver');
    const path = `/admin/v1/invoices/${invoice}/resend`;
    const body = { reason: 'lost theirs', version, ...said };
    return scene.server.request<RefundAnswer>('POST', path, body, who);
  };
  const receipts = async () => {
    const rows = await staff.query(
      `SELECT 1 FROM mail_messages WHERE kind = 'receipt' AND data->>'invoiceId' = $1`,
      [invoice],
    );
    return rows.length;
  };
  const before = await receipts();
  expect((await resend({ dry_run: true })).body).toMatchObject({ to: 'receiver@example.com' });
  expect(await receipts()).toBe(before);
  expect((await resend()).status).toBe(200);
  expect((await resend()).status).toBe(200);
  expect(await receipts()).toBe(before + 2);
  expect((await resend({}, await staff.as('analyst'))).status).toBe(403);
  await eventually(async () => {
    const sent = await staff.query(
      `SELECT 1 FROM mail_messages WHERE key LIKE $1 AND state = 'sent'`,
      [`receipt:${invoice}:%`],
    );
    return sent.length === 2;
  });
});
