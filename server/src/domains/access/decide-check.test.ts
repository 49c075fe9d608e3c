import { describe, expect, test } from 'vitest';
import { units } from '@whisperforge/kernel/quantity';
import type { Balance } from '../entitlements/index.ts';
import { balanceOf } from '../entitlements/balance.fixture.ts';
import {
  BARE,
  CATALOG,
  catalogOf,
  FILES,
  FREE,
  metered,
  MINUTES,
  MODELS,
  PRO,
  SHARING,
  UNLIMITED,
} from '../entitlements/catalog.fixture.ts';
import { planVersion } from '../plans/index.ts';
import { decideCheck, type CheckState } from './decide-check.ts';

interface Asked {
  readonly plan?: number;
  readonly restriction?: CheckState['restriction'];
  readonly balance?: Balance | null;
  readonly feature?: string;
  readonly amount?: number;
  readonly value?: string;
  readonly catalog?: CheckState['catalog'];
}

/** Whether it is allowed, why, and the plan that would allow it. */
function answer(asked: Asked): string {
  const { catalog = CATALOG, feature = MINUTES, amount = 1, restriction = null } = asked;
  const known = catalog.features.get(feature)!;
  const isCounted = known.kind === 'metered' || known.kind === 'level';
  const balance = asked.balance ?? (isCounted ? balanceOf() : null);
  const plan = planVersion(catalog, asked.plan ?? FREE);
  const { allowed, reason, upgrade } = decideCheck(
    { catalog, plan, restriction, balance },
    { feature: known, amount: units(amount), value: asked.value },
  );
  return `${allowed ? 'yes' : 'no'}: ${reason}${upgrade === null ? '' : `, try ${upgrade.slug}`}`;
}

describe('a metered feature', () => {
  test('is allowed up to its limit exactly, with what is held counted as used', () => {
    const balance = balanceOf({ used: units(40), reserved: units(10) });
    expect(answer({ balance, amount: 10 })).toBe('yes: ok');
    expect(answer({ balance, amount: 11 })).toBe('no: quota_exceeded, try pro');
  });

  test('is allowed beyond its limit as far as the plan lets it', () => {
    const balance = balanceOf({ used: units(60), beyond: units(5) });
    expect(answer({ balance, amount: 5 })).toBe('yes: ok');
    expect(answer({ balance, amount: 6 })).toBe('no: quota_exceeded, try pro');
    expect(answer({ balance: balanceOf({ beyond: null }), amount: 1e6 })).toBe('yes: ok');
  });

  test('is allowed without end where it is unlimited', () => {
    const balance = balanceOf({ used: units(1e8), baseLimit: null });
    expect(answer({ plan: UNLIMITED, balance, amount: 1e8 })).toBe('yes: ok');
  });

  test('that the plan does not grant may be given by a boost or a pack', () => {
    const nothing = { plan: BARE, amount: 10 };
    const none = balanceOf({ baseLimit: 0n });
    expect(answer({ ...nothing, balance: none })).toBe('no: feature_not_in_plan');
    const boosted = balanceOf({ baseLimit: units(10) });
    expect(answer({ ...nothing, balance: boosted })).toBe('yes: ok');
    const packed = balanceOf({ baseLimit: 0n, packAmount: units(9) });
    expect(answer({ ...nothing, balance: packed })).toBe('no: quota_exceeded');
  });
});

describe('a level', () => {
  test('is allowed while there is room, and not above the limit after a downgrade', () => {
    const level = { feature: FILES, startMs: 0, endMs: null, baseLimit: units(3) };
    const full = balanceOf({ ...level, used: units(3) });
    const above = balanceOf({ ...level, used: units(12) });
    expect(answer({ feature: FILES, balance: balanceOf({ ...level, used: units(2) }) })).toBe(
      'yes: ok',
    );
    expect(answer({ feature: FILES, balance: full })).toBe('no: quota_exceeded, try pro');
    expect(answer({ feature: FILES, balance: above, amount: 0 })).toBe(
      'no: quota_exceeded, try pro',
    );
  });
});

describe('a switch', () => {
  test('is on or not in the plan', () => {
    expect(answer({ plan: PRO, feature: SHARING })).toBe('yes: ok');
    expect(answer({ plan: FREE, feature: SHARING })).toBe('no: feature_not_in_plan, try pro');
    expect(answer({ plan: BARE, feature: SHARING })).toBe('no: feature_not_in_plan');
  });
});

describe('a value', () => {
  test('is allowed if it is listed, or all are', () => {
    expect(answer({ feature: MODELS, value: 'small' })).toBe('yes: ok');
    expect(answer({ feature: MODELS, value: 'large' })).toBe('no: value_not_allowed, try pro');
    expect(answer({ plan: PRO, feature: MODELS, value: 'large' })).toBe('yes: ok');
  });

  test('that is not asked for is told', () => {
    const state = { catalog: CATALOG, restriction: null, balance: null };
    const question = { feature: CATALOG.features.get(MODELS)!, amount: units(1) };
    const plan = planVersion(CATALOG, FREE);
    expect(decideCheck({ ...state, plan }, question)).toMatchObject({
      allowed: true,
      value: ['small'],
    });
  });

  test('that is one word allows no other, not even as a star', () => {
    const catalog = catalogOf([
      { id: FREE, slug: 'free', terms: { [MODELS]: { kind: 'value', value: 'slow' } } },
    ]);
    expect(answer({ catalog, feature: MODELS, value: 'slow' })).toBe('yes: ok');
    expect(answer({ catalog, feature: MODELS, value: '*' })).toBe('no: value_not_allowed');
  });
});

describe('a restriction', () => {
  const pro = planVersion(CATALOG, PRO);

  test.each(['past_due', 'inactive'] as const)(
    'that is %s is the reason where the plan subscribed to would allow it',
    (cause) => {
      const restriction = { cause, from: pro };
      const used = balanceOf({ used: units(60) });
      expect(answer({ restriction, balance: used })).toBe(`no: subscription_${cause}, try pro`);
      expect(answer({ restriction, feature: SHARING })).toBe(`no: subscription_${cause}, try pro`);
    },
  );

  test('is no reason where that plan would not allow it either', () => {
    const restriction = { cause: 'past_due' as const, from: pro };
    const used = balanceOf({ used: units(300) });
    expect(answer({ restriction, balance: used })).toBe('no: quota_exceeded, try unlimited');
  });

  test('takes nothing from what is allowed all the same', () => {
    expect(answer({ restriction: { cause: 'inactive', from: pro } })).toBe('yes: ok');
  });
});

describe('the plan that would allow it', () => {
  test('is the cheapest on sale with room for what is taken, and dearer than this', () => {
    const balance = balanceOf({ used: units(200), reserved: units(100) });
    expect(answer({ balance, amount: 1 })).toBe('no: quota_exceeded, try unlimited');
    const catalog = catalogOf([
      { id: FREE, slug: 'free', terms: { [MINUTES]: metered(60) } },
      { id: PRO, slug: 'pro', terms: { [MINUTES]: metered(300) }, isCurrent: false },
      { id: UNLIMITED, slug: 'team', terms: { [MINUTES]: metered(250) } },
    ]);
    const taken = balanceOf({ used: units(60) });
    expect(answer({ catalog, balance: taken })).toBe('no: quota_exceeded, try team');
    expect(answer({ catalog, plan: UNLIMITED, balance: taken })).toBe('no: quota_exceeded');
  });
});
