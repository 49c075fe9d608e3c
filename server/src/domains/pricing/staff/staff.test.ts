import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();
let finance: SignedInStaff;
let support: SignedInStaff;
const reason = 'agreed with the customer';

beforeAll(async () => {
  for (const user of ['anna', 'ben']) {
    const details = { email: `${user}@example.com`, country: 'DE' };
    await server.request('PUT', `/v1/users/${user}`, details);
  }
});

beforeEach(async () => {
  finance = await signInStaff(server, 'finance');
  support = await signInStaff(server, 'support');
});

const ask = <T>(method: string, path: string, body?: unknown, as = finance) =>
  server.request<T>(method, `/admin/v1${path}`, body, as);

interface Rule {
  key: string;
  version: number;
  state: string;
  effect: Record<string, unknown>;
}

interface Put {
  code?: string;
  dry_run: boolean;
  before: Rule | null;
  after: Rule;
  plans: string[];
  errors?: { field: string; message: string }[];
}

interface Explained {
  code?: string;
  quote: { total_minor: number; lines: { rule: string | null }[] } | null;
  refusal: { code: string } | null;
  promotion_code: { applied: boolean };
  rules: { rule: Rule; applied: boolean; why: string }[];
}

const explain = async (body: object): Promise<Explained> =>
  (await ask<Explained>('POST', '/quotes/explain', { billing_cycle: 'monthly', ...body })).body;

const rulesNow = async (): Promise<Rule[]> =>
  (await ask<{ data: Rule[] }>('GET', '/pricing-rules')).body.data;

const promotion = (basisPoints: number, more: object = {}) => ({
  name: 'Spring',
  rule_type: 'promotion',
  conditions: { plans: ['pro'], countries: ['DE'], billing_cycles: ['monthly'] },
  effect: { percent_off_basis_points: basisPoints, duration: 'forever' },
  ...more,
});

describe('pricing rules', () => {
  test('a rule is tried, put in force, replaced by version and ended', async () => {
    const body = { key: 'spring', rule: promotion(2_500), reason };
    const tried = await ask<Put>('POST', '/pricing-rules', { ...body, dry_run: true });
    expect(tried.body).toMatchObject({ dry_run: true, before: null, after: { key: 'spring' } });
    expect((await rulesNow()).map(({ key }) => key)).not.toContain('spring');

    const made = await ask<Put>('POST', '/pricing-rules', body);
    expect(made.body.after).toMatchObject({ key: 'spring', state: 'active' });
    expect((await ask<Put>('POST', '/pricing-rules', body)).body.code).toBe('pricing_rule_exists');

    const { version } = made.body.after;
    const other = { version, rule: promotion(1_000), reason };
    const replaced = await ask<Put>('PUT', '/pricing-rules/spring', other);
    expect(replaced.body.after.effect).toMatchObject({ percent_off_basis_points: 1_000 });
    const stale = await ask<Put>('PUT', '/pricing-rules/spring', other);
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);

    const end = { version: replaced.body.after.version, reason };
    expect((await ask('POST', '/pricing-rules/spring/end', end)).status).toBe(200);
    expect((await rulesNow()).map(({ key }) => key)).not.toContain('spring');
  });

  test('what could not be charged is refused, named within the rule', async () => {
    const rule = { ...promotion(0), conditions: { plans: ['telepathy'] } };
    const { status, body } = await ask<Put>('POST', '/pricing-rules', { key: 'x', rule, reason });
    expect([status, body.code]).toEqual([422, 'catalog_invalid']);
    expect(body.errors?.[0]?.field).toBe('/rule/effect/percent_off_basis_points');
  });

  test('those who may not change prices may look at them', async () => {
    expect((await ask('GET', '/pricing-rules', undefined, support)).status).toBe(200);
    const body = { key: 'spring', rule: promotion(2_500), reason };
    expect((await ask<Put>('POST', '/pricing-rules', body, support)).body.code).toBe(
      'permission_missing',
    );
  });
});

describe('a quote that is explained', () => {
  test('names each rule, whether it applied, and why it did not', async () => {
    const rules = {
      for_germany: promotion(2_000),
      smaller: promotion(1_000),
      for_business: promotion(1_000, { conditions: { plans: ['business'] } }),
    };
    for (const [key, rule] of Object.entries(rules)) {
      expect((await ask('POST', '/pricing-rules', { key, rule, reason })).status).toBe(200);
    }
    const { quote, rules: explained } = await explain({ user: 'anna', plan: 'pro' });
    expect(quote?.total_minor).toBe(1_520);
    const said = new Map(explained.map(({ rule, applied, why }) => [rule.key, { applied, why }]));
    expect(said.get('for_germany')).toMatchObject({ applied: true });
    expect(said.get('smaller')?.why).toMatch(/^Something better was given/);
    expect(said.get('for_business')).toEqual({
      applied: false,
      why: 'It is for another plan.',
    });
    expect(said.get('annual')?.why).toBe('It makes yearly prices only.');

    const stranger = await explain({ plan: 'pro' });
    expect(stranger.quote?.total_minor).toBe(1_900);
    const german = stranger.rules.find(({ rule }) => rule.key === 'for_germany');
    expect(german?.why).toMatch(/^It is for other countries/);
  });

  test('says why a code is not in it, and what it would be without', async () => {
    const {
      quote,
      refusal,
      promotion_code: code,
    } = await explain({
      plan: 'business',
      promotion_code: 'NOSUCH',
    });
    expect(refusal?.code).toBe('promotion_code_unknown');
    expect(code.applied).toBe(false);
    expect(quote?.total_minor).toBe(4_410);
  });
});

describe('prices of one customer', () => {
  test('are agreed upon, replaced by version, and ended', async () => {
    const price = { plan: 'enterprise', billing_cycle: 'yearly', currency: 'usd', reason };
    const asked = { user: 'ben', plan: 'enterprise', billing_cycle: 'yearly' };
    expect((await explain(asked)).refusal?.code).toBe('price_by_agreement');
    const tried = { ...price, amount: '12000.00', dry_run: true };
    expect((await ask('POST', '/users/ben/prices', tried)).status).toBe(200);
    expect((await explain(asked)).quote).toBeNull();

    const made = await ask<Put>('POST', '/users/ben/prices', { ...price, amount: '12000.00' });
    expect(made.status).toBe(200);
    expect((await explain(asked)).quote?.total_minor).toBe(1_200_000);
    expect((await explain({ ...asked, user: 'anna' })).refusal?.code).toBe('price_by_agreement');
    const blind = await ask<Put>('POST', '/users/ben/prices', { ...price, amount: '9000.00' });
    expect(blind.body.code).toBe('pricing_rule_exists');
    const { version } = made.body.after;
    const next = await ask<Put>('POST', '/users/ben/prices', {
      ...price,
      amount: '9000.00',
      version,
    });
    expect((await explain(asked)).quote?.total_minor).toBe(900_000);

    const { data } = (await ask<{ data: Rule[] }>('GET', '/users/ben/prices')).body;
    expect(data).toEqual([next.body.after]);
    const listed = (await rulesNow()).filter(({ key }) => key === next.body.after.key);
    expect(listed).toEqual([{ ...next.body.after, user: 'ben' }]);
    const end = { version: next.body.after.version, reason };
    await ask('POST', `/pricing-rules/${next.body.after.key}/end`, end);
    expect((await explain(asked)).refusal?.code).toBe('price_by_agreement');
  });
});

interface Code {
  code: string;
  state: string;
  redeemed: number;
  revenue: { amount: string }[];
}

describe('promotion codes', () => {
  const terms = {
    name: 'Ten off',
    effect: { percent_off_basis_points: 1_000, duration: 'once' },
    reason,
  };

  test('one is tried, made, listed and ended', async () => {
    const body = { code: 'ten-off', ...terms };
    expect((await ask('POST', '/promotion-codes', { ...body, dry_run: true })).status).toBe(200);
    const list = async () =>
      (await ask<{ data: Code[] }>('GET', '/promotion-codes?prefix=TEN')).body.data;
    expect(await list()).toEqual([]);
    expect((await ask('POST', '/promotion-codes', body)).status).toBe(200);
    expect(await list()).toMatchObject([
      { code: 'TEN-OFF', state: 'active', redeemed: 0, revenue: [] },
    ]);
    expect((await ask('POST', '/promotion-codes/ten-off/end', { reason })).status).toBe(200);
    expect(await list()).toMatchObject([{ state: 'ended' }]);
    const again = await ask<{ code: string }>('POST', '/promotion-codes/ten-off/end', { reason });
    expect(again.body.code).toBe('promotion_code_ended');
    const { body: one } = await ask<Code>('GET', '/promotion-codes/ten-off');
    expect(one).toMatchObject({ code: 'TEN-OFF', state: 'ended' });
    const unknown = await ask<{ code: string }>('GET', '/promotion-codes/nothing');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'promotion_code_unknown']);
    const uses = await ask<{ data: object[] }>('GET', '/promotion-codes/ten-off/redemptions');
    expect(uses.body.data).toEqual([]);
  });

  test('many are made at once, and downloaded as a table by their batch', async () => {
    const body = { count: 250, prefix: 'FAIR', batch: 'fair-2026', ...terms };
    const made = await ask<{ count: number; download: string }>(
      'POST',
      '/promotion-codes/generate',
      body,
    );
    expect(made.body.count).toBe(250);
    const csv = await server.request<string>('GET', made.body.download, undefined, finance);
    const [header, ...lines] = csv.body.trimEnd().split('\r\n');
    expect(header).toMatch(/^code,name,batch/);
    expect(new Set(lines.map((line) => line.split(',')[0])).size).toBe(250);
    const refused = await server.request('GET', made.body.download, undefined, support);
    expect(refused.status).toBe(403);
  });

  test('one that could never be charged is refused with all reasons', async () => {
    const effect = { percent_off_basis_points: 15_000, duration: 'once' };
    const { status, body } = await ask<Put>('POST', '/promotion-codes', {
      code: 'TOO-MUCH',
      ...terms,
      effect,
      conditions: { plans: ['telepathy'] },
    });
    expect([status, body.code]).toEqual([422, 'promotion_code_invalid']);
    expect(body.errors?.map(({ field }) => field)).toEqual([
      '/effect/percent_off_basis_points',
      '/conditions/plans',
    ]);
  });
});
