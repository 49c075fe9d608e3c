import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { staffScene } from '../../billing/staff-api/scene.fixture.ts';
import { TIMELINE_KINDS } from './entry.ts';

const scene = useBillingScene({ seed: 'a whole story' });
const staff = staffScene(scene);

interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly amount: { readonly amount_minor: number; readonly currency: string } | null;
  readonly actor: { readonly kind: string } | null;
}

async function read(user: string, kinds: readonly string[]): Promise<Entry[]> {
  const query = kinds.length === 0 ? '' : `&kinds=${kinds.join(',')}`;
  const path = `/admin/v1/users/${user}/timeline?limit=200${query}`;
  const analyst = await staff.as('analyst');
  const answer = await scene.server.request<{ data: Entry[] }>('GET', path, undefined, analyst);
  expect(answer.status).toBe(200);
  return answer.body.data;
}

/** Every kind of thing that there is to tell happens to a customer. */
async function live(user: string): Promise<void> {
  const owner = await staff.as('owner');
  await staff.subscribed(user, 'pro');
  const used = { user, event: 'audio_processed', amount: 12 };
  expect((await scene.server.request('POST', '/v1/track', used)).status).toBe(200);
  const boost = { feature: 'audio_minutes', amount: 100 };
  expect((await staff.act(`${user}/boosts`, boost, owner)).status).toBe(200);
  const note = { text: 'Called about the invoice.' };
  const path = `/admin/v1/users/${user}/notes`;
  expect((await scene.server.request('POST', path, note, owner)).status).toBe(200);
  const [invoice] = await eventually(async () => {
    const rows = await staff.query(
      `SELECT stripe_invoice_id AS id FROM invoices JOIN users USING (account_id)
       WHERE external_id = $1 AND amount_paid_minor > 0`,
      [user],
    );
    return rows.length > 0 ? rows : undefined;
  });
  const { version } = await staff.profileOf(user);
  const refund = { amount_minor: 500, reason: 'not as promised', version };
  const refunds = `/admin/v1/invoices/${String(invoice!['id'])}/refunds`;
  expect((await scene.server.request('POST', refunds, refund, owner)).status).toBe(200);
}

test('the whole story of a customer is told, and each kind of it alone', async () => {
  await live('u-storied');
  const isWhole = async (): Promise<readonly Entry[] | undefined> => {
    const entries = await read('u-storied', []);
    const kinds = new Set(entries.map(({ kind }) => kind));
    const isPaidBack = entries.some(({ title }) => title === 'Refunded');
    return TIMELINE_KINDS.every((kind) => kinds.has(kind)) && isPaidBack ? entries : undefined;
  };
  await eventually(isWhole);
  await scene.sandbox.settled();
  for (const kind of TIMELINE_KINDS) {
    const alone = await read('u-storied', [kind]);
    expect(alone.length).toBeGreaterThan(0);
    expect(new Set(alone.map((entry) => entry.kind))).toEqual(new Set([kind]));
  }
  const some = await read('u-storied', ['note', 'override']);
  expect(some.map(({ kind }) => kind).toSorted()).toEqual(['note', 'override']);
  const payments = await read('u-storied', ['payment']);
  expect(payments.map(({ title, amount }) => [title, amount?.amount_minor])).toEqual([
    ['Refunded', -500],
    ['Paid', 1_900],
  ]);
  expect((await read('u-storied', ['plan']))[0]?.title).toContain('pro');
  expect((await read('u-storied', ['note']))[0]?.actor?.kind).toBe('staff');
});
