import { asOwner, type Ask, type Portal } from './as-owner.ts';
import { agreePrices, keepViews, moveSome, pauseOne } from './write-sold.ts';

interface List {
  readonly data: readonly unknown[];
}

/** Who is asked to help, at addresses that nobody has. */
const COLLEAGUES = [
  { email: 'sam.support@example.com', role: 'support' },
  { email: 'fiona.finance@example.com', role: 'finance' },
];
/** For those who pay most for their minutes, once. */
const BOOST = { kind: 'boost', feature: 'audio_minutes', amount: 60, list: { plan: 'business' } };
const OFFER_DAY = '11-21';
const OFFER_DAYS_END = '12-02';

/**
 * What staff of the company have done, so that the pages of it have something to show: colleagues
 * are invited, all is compared with Stripe, Business has an hour more, the next autumn offer is
 * prepared, and what `write-sold.ts` says. Each once, however often it is told; false where the
 * owner signs in otherwise by now.
 *
 * @param today such as `2026-11-23`; the offer is the first that begins after it
 */
export function writeDeeds(portal: Portal, today: string): Promise<boolean> {
  return asOwner(portal, async (ask) => {
    await invite(ask);
    await compareWithStripe(ask);
    await boostMany(ask);
    await prepareOffer(ask, today);
    await keepViews(ask);
    await agreePrices(ask);
    await moveSome(ask);
    await pauseOne(ask);
  });
}

async function invite(ask: Ask): Promise<void> {
  if ((await ask<List>('GET', 'invitations')).data.length > 0) return;
  for (const colleague of COLLEAGUES) await ask('POST', 'invitations', colleague);
}

async function compareWithStripe(ask: Ask): Promise<void> {
  if ((await ask<List>('GET', 'reconciliations')).data.length > 0) return;
  const reason = 'Once, before anybody relies on the figures';
  await ask('POST', 'reconciliations', { dry_run: true, reason });
}

/** As the portal does it: looked at first, and begun for as many as were seen. */
async function boostMany(ask: Ask): Promise<void> {
  if ((await ask<List>('GET', 'bulk-deeds')).data.length > 0) return;
  const wish = { ...BOOST, reason: 'An hour more for Business, with thanks for their patience' };
  interface Tried {
    readonly preview: { readonly users: number };
  }
  const { preview } = await ask<Tried>('POST', 'bulk-deeds', { ...wish, dry_run: true });
  if (preview.users === 0) return;
  await ask('POST', 'bulk-deeds', { ...wish, expected_users: preview.users });
}

async function prepareOffer(ask: Ask, today: string): Promise<void> {
  const key = 'autumn_offer';
  const { data } = await ask<{ data: readonly { readonly key: string }[] }>('GET', 'pricing-rules');
  if (data.some((rule) => rule.key === key)) return;
  const year = Number(today.slice(0, 4)) + (today.slice(5) < OFFER_DAY ? 0 : 1);
  const rule = {
    name: 'Autumn offer',
    rule_type: 'promotion',
    conditions: { billing_cycles: ['yearly'], first_purchase_only: true },
    effect: { percent_off_basis_points: 1_000, duration: 'once' },
    stacking: 'stackable',
    priority: 10,
    valid_from: `${year}-${OFFER_DAY}T00:00:00.000Z`,
    valid_until: `${year}-${OFFER_DAYS_END}T00:00:00.000Z`,
  };
  await ask('POST', 'pricing-rules', { key, rule, reason: 'As every year' });
}
