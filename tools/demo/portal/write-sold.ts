import type { Ask } from './as-owner.ts';

interface List<T = unknown> {
  readonly data: readonly T[];
}

interface Listed {
  readonly user: string;
}

/** Lists and figures that are looked at again and again. */
const VIEWS = [
  { list: 'users', name: 'Payment overdue', query: { status: 'past_due' }, shared: true },
  { list: 'users', name: 'Close to their limit', query: { usage_min: '80' }, shared: true },
  { list: 'users', name: 'Largest accounts', query: { plan: 'enterprise' }, shared: false },
  { list: 'insights', name: 'Pro by quarter', query: { plan: 'pro', granularity: 'quarter' } },
];

export async function keepViews(ask: Ask): Promise<void> {
  if ((await ask<List>('GET', 'views')).data.length > 0) return;
  for (const view of VIEWS) await ask('POST', 'views', { shared: true, ...view });
}

/** What two of the largest have negotiated, by the year and in dollars. */
const AGREED = ['9600.00', '14400.00'];

export async function agreePrices(ask: Ask): Promise<void> {
  const { data: rules } = await ask<List<{ rule_type: string }>>('GET', 'pricing-rules');
  if (rules.some(({ rule_type: type }) => type === 'custom')) return;
  const largest = await ask<List<Listed>>('GET', `users?plan=enterprise&limit=${AGREED.length}`);
  for (const [index, { user }] of largest.data.entries()) {
    await ask('POST', `users/${user}/prices`, {
      plan: 'enterprise',
      billing_cycle: 'yearly',
      currency: 'usd',
      amount: AGREED[index],
      reason: 'As negotiated, for the next term',
    });
  }
}

interface Version {
  readonly version: number;
  readonly on_sale: boolean;
  readonly subscribers: number;
}

/** Who holds the old Pro is to have the new one: begun, and stopped before all of them have. */
export async function moveSome(ask: Ask): Promise<void> {
  if ((await ask<List>('GET', 'plan-migrations')).data.length > 0) return;
  const { data: versions } = await ask<List<Version>>('GET', 'plans/pro/versions');
  const present = versions.find(({ on_sale: isOnSale }) => isOnSale);
  const old = versions.find(({ on_sale: isOnSale, subscribers }) => !isOnSale && subscribers > 0);
  if (present === undefined || old === undefined) return;
  interface Begun {
    readonly migration: { readonly id: string; readonly version: number };
  }
  const { migration } = await ask<Begun>('POST', 'plan-migrations', {
    plan: 'pro',
    from_version: old.version,
    to_version: present.version,
    when: 'renewal',
    reason: 'One Pro for everybody; contracts keep their price',
  });
  const { version } = migration;
  const reason = 'On hold: first we write to them';
  await ask('POST', `plan-migrations/${migration.id}/stop`, { version, reason });
}

/** Somebody who pays by card is away for a while. */
export async function pauseOne(ask: Ask): Promise<void> {
  const filter = 'plan=pro&source=stripe&status=active&limit=1';
  const [customer] = (await ask<List<Listed>>('GET', `users?${filter}`)).data;
  const paused = await ask<List>('GET', 'users?status=paused&limit=1');
  if (customer === undefined || paused.data.length > 0) return;
  const { version } = await ask<{ version: number }>('GET', `users/${customer.user}`);
  const reason = 'On parental leave; writes when back';
  await ask('POST', `users/${customer.user}/subscription/pause`, { version, reason });
}
