import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createAccounts } from '../../accounts/index.ts';
import { freeRedemption, holdRedemption, redeem } from '../codes/redemptions.ts';

const server = useTestServer();
let database: PostgresDatabase;
let finance: SignedInStaff;
const terms = {
  name: 'Ten off',
  effect: { percent_off_basis_points: 1_000, duration: 'once' },
  reason: 'for the fair',
};

beforeAll(() => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database?.close());
beforeEach(async () => {
  finance = await signInStaff(server, 'finance');
});

interface Code {
  code: string;
  state: string;
  held: number;
  redeemed: number;
}

interface Use {
  user: string;
  email: string;
  state: string;
}

const ask = async <T>(method: string, path: string, body?: unknown) =>
  (await server.request<T>(method, `/admin/v1/promotion-codes${path}`, body, finance)).body;

/** Holds a code for somebody, so that what follows is as checkout leaves it. */
async function hold(code: string, user: string): Promise<string> {
  const nowMs = server.clock.nowMs();
  const accounts = createAccounts({ database });
  const { accountId } = await accounts.upsertUser(user, { email: `${user}@example.com` }, nowMs);
  const reference = `checkout:${user}`;
  const purchase = { plan: 'pro', billingCycle: 'monthly', currency: 'usd' } as const;
  const buyer = { country: null, hasPurchased: false };
  const context = { actor: { kind: 'system', id: 'test' } as const, nowMs, reason: 'a checkout' };
  const wanted = { code, accountId, reference, purchase, buyer };
  await database.transaction((tx) => holdRedemption(tx, wanted, context));
  return reference;
}

test('each code is listed under the one state that it has', async () => {
  const names = {
    active: 'IN-USE',
    scheduled: 'TO-COME',
    ended: 'TAKEN-BACK',
    used_up: 'SOLD-OUT',
  };
  for (const code of Object.values(names)) {
    const later = code === names.scheduled ? { valid_from: '2199-01-01T00:00:00Z' } : {};
    await ask('POST', '', { code, ...terms, ...later, most_redemptions: 1 });
  }
  await ask('POST', `/${names.ended}/end`, { reason: terms.reason });
  await hold(names.used_up, 'ada');
  await ask('POST', '', { code: 'OVER', ...terms, expires_at: '2026-03-10T13:00:00Z' });
  server.clock.advanceTo(Date.UTC(2026, 2, 10, 13));
  for (const [state, code] of Object.entries({ ...names, expired: 'OVER' })) {
    const { data } = await ask<{ data: Code[] }>('GET', `?state=${state}`);
    expect(data).toMatchObject([{ code, state }]);
  }
});

test('who has used a code is told by name, the latest first', async () => {
  await ask('POST', '', { code: 'FAIR', ...terms });
  const context = {
    actor: { kind: 'system', id: 'test' } as const,
    nowMs: server.clock.nowMs(),
    reason: 'a checkout',
  };
  const paid = await hold('FAIR', 'ben');
  await database.transaction((tx) => redeem(tx, paid, context));
  const left = await hold('FAIR', 'eve');
  await database.transaction((tx) => freeRedemption(tx, left, context));
  const { data } = await ask<{ data: Use[] }>('GET', '/fair/redemptions');
  expect(data).toMatchObject([
    { user: 'eve', email: 'eve@example.com', state: 'freed' },
    { user: 'ben', email: 'ben@example.com', state: 'redeemed' },
  ]);
  const first = await ask<{ data: Use[]; next_cursor: string }>('GET', '/fair/redemptions?limit=1');
  expect(first.data).toMatchObject([{ user: 'eve' }]);
  const path = `/fair/redemptions?limit=1&cursor=${first.next_cursor}`;
  const second = await ask<{ data: Use[]; next_cursor: null }>('GET', path);
  expect(second).toMatchObject({ data: [{ user: 'ben' }], next_cursor: null });
  expect(await ask<Code>('GET', '/fair')).toMatchObject({ code: 'FAIR', held: 0, redeemed: 1 });
});

test('who takes codes away is on record, with which', async () => {
  await ask('POST', '', { ...terms, code: 'TAKEN-AWAY' });
  expect(await ask<string>('GET', '/export.csv?prefix=TAKEN')).toContain('TAKEN-AWAY');
  const taken = await database.sql
    .selectFrom('audit_entries')
    .select(['actor_id', 'subject_id', 'after'])
    .where('action', '=', 'promotion_codes.exported')
    .execute();
  const actor = String(finance.staffId);
  expect(taken).toEqual([
    { actor_id: actor, subject_id: 'promotion_codes', after: { prefix: 'TAKEN' } },
  ]);
});

test('whoever may not export codes reads them nowhere, and guesses none by letters', async () => {
  await ask('POST', '', { ...terms, code: 'WORTH-MONEY' });
  for (const role of ['support', 'analyst'] as const) {
    const as = await signInStaff(server, role);
    const get = async (path: string) =>
      (await server.request('GET', `/admin/v1/promotion-codes${path}`, undefined, as)).body;
    const listed = await get('?limit=200');
    expect(listed).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ code: 'WO••••', is_masked: true }),
      ]) as unknown,
    });
    expect(JSON.stringify(listed)).not.toContain('WORTH');
    const missing = { code: 'permission_missing', permission: 'codes.read' };
    expect(await get('?prefix=WORTH')).toMatchObject(missing);
    expect(await get('/export.csv')).toMatchObject(missing);
    // A customer has told it, and asks what became of it.
    expect(await get('/worth-money')).toMatchObject({ code: 'WORTH-MONEY' });
  }
  const { data } = await ask<{ data: Code[] }>('GET', '?prefix=WORTH');
  expect(data).toMatchObject([{ code: 'WORTH-MONEY', is_masked: false }]);
});
