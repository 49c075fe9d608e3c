import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { AppError } from '../../../platform/errors.ts';
import { createAccounts } from '../../accounts/index.ts';
import type { CommandContext } from '../../plans/index.ts';
import { readCatalogFile } from '../catalog-file.ts';
import { createPricing } from '../service.ts';
import type { NewCodes } from './draft-codes.ts';
import { freeRedemption, holdRedemption, redeem, type Hold } from './redemptions.ts';
import { countRedemptions, findRedemption } from './store-redemptions.ts';

const shipped = readFileSync(new URL('../../../../data/catalog.json', import.meta.url), 'utf8');
const NOW = Date.UTC(2026, 2, 10, 12);
const context: CommandContext = {
  actor: { kind: 'system', id: 'checkout' },
  nowMs: NOW,
  reason: 'a checkout',
};

const created = useTestDatabase();
let database: PostgresDatabase;
let pricing: ReturnType<typeof createPricing>;
const accountIds: number[] = [];
let count = 0;
/** A code of its own for each test. */
let name: string;

beforeAll(async () => {
  database = openDatabase({
    url: created.url,
    schema: 'billing',
    applicationName: 'test',
    maxConnections: 25,
  });
  pricing = createPricing({ database });
  await pricing.seedCatalogIfEmpty(readCatalogFile(shipped), context);
  const accounts = createAccounts({ database });
  for (let index = 0; index < 50; index += 1) {
    const user = await accounts.upsertUser(`user_${index}`, { email: 'a@example.com' }, NOW);
    accountIds.push(user.accountId);
  }
});
afterAll(() => database.close());
beforeEach(() => {
  count += 1;
  name = `CODE-${count}`;
});

const create = (more: Partial<NewCodes> = {}) =>
  pricing.createPromotionCodes(
    {
      codes: { kind: 'named', code: name },
      name: 'Spring',
      effect: { percent_off_basis_points: 2_500, duration: 'once' },
      ...more,
    },
    context,
  );

const hold = (reference: string, more: Partial<Hold> = {}) =>
  database.transaction((tx) =>
    holdRedemption(
      tx,
      {
        code: name.toLowerCase(),
        accountId: accountIds[0]!,
        reference: `${name}:${reference}`,
        purchase: { plan: 'pro', billingCycle: 'monthly', currency: 'usd' },
        buyer: { country: null, hasPurchased: false },
        ...more,
      },
      context,
    ),
  );

const free = (reference: string) =>
  database.transaction((tx) => freeRedemption(tx, `${name}:${reference}`, context));
const pay = (reference: string) =>
  database.transaction((tx) => redeem(tx, `${name}:${reference}`, context));
const taken = async () => (await pricing.findPromotionCode(name))?.taken;

const codeOf = (settled: PromiseSettledResult<unknown>): string => {
  if (settled.status === 'fulfilled') return 'held';
  return settled.reason instanceof AppError ? settled.reason.code : String(settled.reason);
};

/** How many of these ended how. */
async function outcomes(all: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const groups = Map.groupBy(await Promise.allSettled(all), codeOf);
  return Object.fromEntries([...groups].map(([outcome, each]) => [outcome, each.length]));
}

describe('of fifty at once', () => {
  test('as many accounts get a use as the code has', async () => {
    await create({ mostRedemptions: 7 });
    const holds = accountIds.map((accountId, index) => hold(`${index}`, { accountId }));
    expect(await outcomes(holds)).toEqual({ held: 7, promotion_code_used_up: 43 });
    expect(await taken()).toBe(7);
  });

  test('an account gets as many as it may have', async () => {
    await create({ mostPerAccount: 2 });
    const holds = accountIds.map((_, index) => hold(`${index}`));
    expect(await outcomes(holds)).toEqual({ held: 2, promotion_code_already_used: 48 });
    expect(await taken()).toBe(2);
  });

  test('the same hold is one', async () => {
    await create({ mostPerAccount: null });
    const held = await Promise.all(accountIds.map(() => hold('same')));
    expect(new Set(held.map(({ id }) => id)).size).toBe(1);
    expect(await taken()).toBe(1);
  });

  test('payments and expiries of one hold leave one end and one use, or none', async () => {
    await create();
    await hold('raced');
    const ends = accountIds.map((_, index) => (index % 2 === 0 ? pay('raced') : free('raced')));
    expect(await outcomes(ends)).toEqual({ held: 50 });
    expect((await findRedemption(database, `${name}:raced`))?.state).toBe('redeemed');
    expect(await taken()).toBe(1);
  });

  test('holds that come and go leave the count of those that stay', async () => {
    await create({ mostRedemptions: 10, mostPerAccount: null });
    await Promise.all(
      accountIds.map(async (accountId, index) => {
        const reference = `${index}`;
        const held = await hold(reference, { accountId }).catch(() => null);
        if (held === null) return;
        await (index % 3 === 0 ? pay(reference) : free(reference));
      }),
    );
    const counts = await Promise.all(
      accountIds.map(async (accountId) => {
        const code = await pricing.findPromotionCode(name);
        return countRedemptions(database, { codeId: code!.id, accountId });
      }),
    );
    const stayed = counts.reduce((sum, { held, redeemed }) => sum + held + redeemed, 0);
    expect(await taken()).toBe(stayed);
    expect(stayed).toBeLessThanOrEqual(10);
  });
});

describe('a use', () => {
  test('that was freed can be had by somebody else', async () => {
    await create({ mostRedemptions: 1 });
    await hold('first');
    await expect(hold('second', { accountId: accountIds[1]! })).rejects.toThrow(/as often/);
    expect(await free('first')).toMatchObject({ state: 'freed', freedMs: NOW });
    expect(await hold('second', { accountId: accountIds[1]! })).toMatchObject({ state: 'held' });
    await expect(hold('first')).rejects.toThrow(/as often/);
  });

  test('that is redeemed stays so, and is redeemed once', async () => {
    await create();
    await hold('paid');
    await pay('paid');
    expect(await pay('paid')).toMatchObject({ state: 'redeemed' });
    expect(await free('paid')).toMatchObject({ state: 'redeemed' });
    expect(await hold('paid')).toMatchObject({ state: 'redeemed' });
    await expect(hold('again')).rejects.toMatchObject({ code: 'promotion_code_already_used' });
    expect(await taken()).toBe(1);
  });

  test('that was freed and paid for after all counts, even beyond the limit', async () => {
    await create({ mostRedemptions: 1, mostPerAccount: null });
    await hold('late');
    await free('late');
    await hold('other', { accountId: accountIds[1]! });
    expect(await pay('late')).toMatchObject({ state: 'redeemed' });
    expect(await taken()).toBe(2);
  });

  test('that nobody holds is neither redeemed nor freed', async () => {
    expect([await pay('nothing'), await free('nothing')]).toEqual([null, null]);
  });

  test('is for one account and one code', async () => {
    await create();
    await hold('mine');
    const other = hold('mine', { accountId: accountIds[1]! });
    await expect(other).rejects.toMatchObject({ code: 'promotion_redemption_of_another' });
  });

  test('is refused with the reason, and then holds nothing', async () => {
    await create({ conditions: { plans: ['business'], first_purchase_only: true } });
    await expect(hold('a')).rejects.toMatchObject({ code: 'promotion_code_not_for_plan' });
    const purchase = { plan: 'business', billingCycle: 'monthly', currency: 'usd' } as const;
    const buyer = { country: null, hasPurchased: true };
    const second = hold('a', { purchase, buyer });
    await expect(second).rejects.toMatchObject({ code: 'promotion_code_first_purchase_only' });
    await expect(hold('a', { code: 'nobody' })).rejects.toMatchObject({
      code: 'promotion_code_unknown',
    });
    expect(await taken()).toBe(0);
  });

  test('is on record and told, with the account that has it', async () => {
    await create();
    await hold('told');
    await pay('told');
    const entries = await database.sql
      .selectFrom('audit_entries')
      .select(['action', 'account_id', 'after'])
      .where('subject_id', '=', `${name}:told`)
      .orderBy('id')
      .execute();
    const [accountId] = accountIds;
    const states = ['held', 'redeemed'];
    expect(entries).toEqual(
      states.map((state) => ({
        action: `promotion_redemption.${state}`,
        account_id: accountId,
        after: { code: name, state },
      })),
    );
    const events = await database.sql
      .selectFrom('outbox_events')
      .select('topic')
      .where('topic', 'like', 'promotion_redemption.%')
      .where('account_id', '=', accountId!)
      .orderBy('id', 'desc')
      .limit(2)
      .execute();
    expect(events.map(({ topic }) => topic)).toEqual(
      entries.map((entry) => entry.action).toReversed(),
    );
  });
});

describe('a code', () => {
  test('is in force once: until it has ended another of its name is refused', async () => {
    await create();
    const again = create({ codes: { kind: 'named', code: name.toLowerCase() } });
    await expect(again).rejects.toMatchObject({ code: 'promotion_code_taken' });
    await pricing.endPromotionCode(name.toLowerCase(), context);
    await expect(hold('late')).rejects.toMatchObject({ code: 'promotion_code_ended' });
    await expect(pricing.endPromotionCode(name, context)).rejects.toMatchObject({
      code: 'promotion_code_ended',
    });
    await create();
    expect(await hold('new')).toMatchObject({ state: 'held' });
  });

  test('made by many at once is made once', async () => {
    const made = await outcomes(accountIds.slice(0, 20).map(() => create()));
    expect(made).toEqual({ held: 1, promotion_code_taken: 19 });
  });

  test('keeps what it promises, whoever writes to it, and is never deleted', async () => {
    await create();
    const set = (columns: object) =>
      database.sql.updateTable('promotion_codes').set(columns).where('code', '=', name).execute();
    for (const columns of [
      { percent_off_basis_points: 100 },
      { most_redemptions: 5 },
      { expires_at: '2027-01-01T00:00:00Z' },
      { code: 'OTHER' },
    ]) {
      await expect(set(columns)).rejects.toMatchObject({ sqlState: '23000' });
    }
    const removal = database.sql.deleteFrom('promotion_codes').where('code', '=', name).execute();
    await expect(removal).rejects.toMatchObject({ sqlState: '23000' });
  });
});

test('ten thousand codes are made at once, all different, and listed page by page', async () => {
  const made = await create({
    codes: { kind: 'generated', count: 10_000, prefix: 'bulk' },
    batch: 'spring-bulk',
  });
  expect(new Set(made.map(({ code }) => code)).size).toBe(10_000);
  expect(made.every(({ code }) => code.startsWith('BULK-'))).toBe(true);
  const listed: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await pricing.listPromotionCodes({ batch: 'spring-bulk', limit: 200, cursor });
    listed.push(...page.data.map(({ code }) => code));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(listed).toEqual(made.map(({ code }) => code).toReversed());
  const told = await database.sql
    .selectFrom('outbox_events')
    .select('payload')
    .where('topic', '=', 'promotion_codes.created')
    .execute();
  expect(told).toHaveLength(1);
  expect(told[0]?.payload).toMatchObject({ subject: 'spring-bulk', after: { count: 10_000 } });
});

test('codes are found by how they begin', async () => {
  await create({ codes: { kind: 'named', code: 'winter-1' } });
  await create({ codes: { kind: 'named', code: 'winter-2' } });
  const { data } = await pricing.listPromotionCodes({ prefix: 'Winter' });
  expect(data.map(({ code }) => code)).toEqual(['WINTER-2', 'WINTER-1']);
  const foreign = pricing.listPromotionCodes({ cursor: 'x' });
  await expect(foreign).rejects.toMatchObject({ code: 'cursor_invalid' });
});
