import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { useTestServer } from '../../../../test/support/server.ts';

const server = useTestServer();
const CREATED_MS = Date.UTC(2026, 0, 1);
let pool: pg.Pool;

beforeAll(() => {
  const options = '-c search_path=billing -c timezone=UTC';
  pool = new pg.Pool({ connectionString: server.databaseUrl, max: 1, options });
});
afterAll(() => pool.end());

interface ListedAnswer {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
  readonly code?: string;
}

async function userWith(user: string, invoices: readonly NewInvoice[]): Promise<void> {
  const answer = await server.request<{ account: string }>('PUT', `/v1/users/${user}`, {
    email: `${user}@example.com`,
  });
  for (const invoice of invoices) await insert(Number(answer.body.account), invoice);
}

interface NewInvoice {
  readonly id: string;
  readonly status?: string;
  readonly createdMs?: number;
}

const LINE = {
  description: '1 × Pro',
  amount_minor: 1_900,
  quantity: 1,
  period_start: '2026-01-01T00:00:00.000Z',
  period_end: '2026-02-01T00:00:00.000Z',
  price: 'price_1',
  is_proration: false,
  discount_minor: 475,
};

async function insert(accountId: number, { id, status, createdMs }: NewInvoice): Promise<void> {
  await pool.query(
    `INSERT INTO invoices (stripe_invoice_id, account_id, number, status, billing_reason, currency,
       subtotal_minor, total_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor,
       attempt_count, created_at, paid_at, hosted_url, pdf_url, lines, metadata, updated_at)
     VALUES ($1, $2, 'WF-1', $3, 'subscription_cycle', 'kwd', 1900, 1425, 1425, 1425, 0, 1, $4, $4,
       'https://invoice.example.com/1', 'https://invoice.example.com/1.pdf', $5, '{}', $4)`,
    [
      id,
      accountId,
      status ?? 'paid',
      new Date(createdMs ?? CREATED_MS).toISOString(),
      JSON.stringify([LINE]),
    ],
  );
}

const list = (user: string, query = '') =>
  server.request<ListedAnswer>('GET', `/v1/users/${user}/invoices${query}`);

const idsOf = ({ data }: ListedAnswer) => data.map(({ id }) => id);

test('an invoice is answered with its amounts, lines and links', async () => {
  await userWith('one', [{ id: 'in_one' }]);
  const { status, body } = await list('one');
  expect(status).toBe(200);
  expect(body).toEqual({
    next_cursor: null,
    data: [
      {
        id: 'in_one',
        number: 'WF-1',
        status: 'paid',
        reason: 'subscription_cycle',
        subscription: null,
        currency: 'kwd',
        subtotal_minor: 1_900,
        discount_minor: 475,
        tax_minor: 0,
        total_minor: 1_425,
        credit_applied_minor: 0,
        amount_due_minor: 1_425,
        amount_paid_minor: 1_425,
        amount_remaining_minor: 0,
        attempt_count: 1,
        next_attempt_at: null,
        created_at: '2026-01-01T00:00:00.000Z',
        due_at: null,
        paid_at: '2026-01-01T00:00:00.000Z',
        hosted_url: 'https://invoice.example.com/1',
        pdf_url: 'https://invoice.example.com/1.pdf',
        refunded_minor: 0,
        lines: [
          {
            description: '1 × Pro',
            amount_minor: 1_900,
            quantity: 1,
            period_start: '2026-01-01T00:00:00.000Z',
            period_end: '2026-02-01T00:00:00.000Z',
            proration: false,
            discount_minor: 475,
          },
        ],
      },
    ],
  });
});

test('pages go back in time and miss none, though several are of one instant', async () => {
  const invoices = Array.from({ length: 7 }, (_, index) => ({
    id: `in_page_${index}`,
    createdMs: CREATED_MS + Math.floor(index / 3) * 1_000,
  }));
  await userWith('pages', invoices);
  const seen: unknown[] = [];
  let query = '?limit=2';
  for (let page = 0; page < 4; page += 1) {
    const { body } = await list('pages', query);
    seen.push(...idsOf(body));
    expect(body.next_cursor === null).toBe(page === 3);
    query = `?limit=2&cursor=${body.next_cursor}`;
  }
  expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `in_page_${index}`));
});

test('drafts, and invoices of others, are not shown', async () => {
  await userWith('own', [{ id: 'in_own' }, { id: 'in_draft', status: 'draft' }]);
  await userWith('other', [{ id: 'in_other' }]);
  expect(idsOf((await list('own')).body)).toEqual(['in_own']);
});

test('a user without invoices has an empty list, and one that nobody knows has none', async () => {
  await userWith('empty', []);
  expect((await list('empty')).body).toEqual({ data: [], next_cursor: null });
  const { status, body } = await list('nobody');
  expect([status, body.code]).toEqual([404, 'user_unknown']);
});

test.each(['?limit=0', '?limit=201', '?limit=x', '?cursor=x', '?cursor=', '?other=1'])(
  '%s is refused',
  async (query) => {
    await userWith('strict', []);
    expect((await list('strict', query)).status).toBe(400);
  },
);

test('the customer sees the same on their page, by their cookie and nobody else’s', async () => {
  await userWith('page', [{ id: 'in_page' }]);
  const link = await server.request<{ url: string }>('POST', '/v1/account-links', { user: 'page' });
  const entered = await fetch(link.body.url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!;
  const ask = (headers: Record<string, string>) =>
    fetch(`${server.url}/account/api/invoices?limit=1`, { headers });
  const own = await ask({ cookie });
  expect(await own.json()).toEqual((await list('page')).body);
  expect((await ask({})).status).toBe(401);
  const withKey = await ask({ authorization: `Bearer ${server.secretKey}` });
  expect(withKey.status).toBe(401);
});
