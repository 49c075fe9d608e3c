import { beforeAll, expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { staffScene } from '../staff-api/scene.fixture.ts';

const scene = useBillingScene({ seed: 'plan-migrations' });
const staff = staffScene(scene);
const reason = 'the prices of the spring';
let admin: SignedInStaff;

beforeAll(async () => {
  await staff.subscribed('mover', 'pro');
  await staff.subscribed('leaver', 'pro');
  const cancel = '/v1/users/leaver/subscription/cancel';
  const canceled = await scene.server.request('POST', cancel, { when: 'period_end' });
  expect(canceled.status).toBe(200);
  admin = await signInStaff(scene.server, 'admin');
}, 60_000);

interface Draft {
  id: string;
  version: number;
  content: { monthly_prices: object; features: object };
}

interface Effects {
  versions: {
    version: number;
    subscribers: number;
    recurring: { before_minor: number; after_minor: number; difference: string }[];
  }[];
  example: { user: string; changes: { place: string; after: string | null }[] } | null;
}

interface Begun {
  code?: string;
  migration: { id: string; state: string } | null;
  subscribers: number;
  recurring: { difference_minor: number }[];
}

interface Progress {
  migration: { state: string };
  progress: Record<string, number>;
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { body: answer } = await scene.server.request<T>(method, `/admin/v1/${path}`, body, admin);
  return answer;
}

const limitOf = async (user: string): Promise<number | null | undefined> => {
  const path = `/v1/users/${user}/usage`;
  const { body } = await scene.server.request<{ data: { feature: string; limit: number }[] }>(
    'GET',
    path,
  );
  return body.data.find(({ feature }) => feature === 'audio_minutes')?.limit;
};

test('moving does at Stripe what the draft has said, but to no one who leaves', async () => {
  const draft = await ask<Draft>('POST', 'plan-drafts', { plan: 'pro', reason });
  const content = {
    ...draft.content,
    monthly_prices: { usd: '21.00' },
    features: { ...draft.content.features, audio_minutes: { limit: '400' } },
  };
  const path = `plan-drafts/${draft.id}`;
  const { version } = await ask<Draft>('PUT', path, { version: draft.version, content, reason });
  const effects = await ask<Effects>('GET', `${path}/effects?user=mover`);
  expect(effects.versions).toMatchObject([
    {
      version: 1,
      subscribers: 2,
      recurring: [{ before_minor: 3_800, after_minor: 4_200, difference: '4.00' }],
    },
  ]);
  expect(effects.example?.changes).toContainEqual({
    place: 'features/audio_minutes',
    before: '300',
    after: '400',
  });
  await ask('POST', `${path}/publish`, { version, reason });
  expect(await limitOf('mover')).toBe(300);

  const wish = { plan: 'pro', from_version: 1, to_version: 2, when: 'now', reason };
  const tried = await ask<Begun>('POST', 'plan-migrations', { ...wish, dry_run: true });
  expect(tried).toMatchObject({ migration: null, subscribers: 2 });
  expect(tried.recurring).toMatchObject([{ difference_minor: 400 }]);
  const backwards = { ...wish, from_version: 2, to_version: 1 };
  expect((await ask<Begun>('POST', 'plan-migrations', backwards)).code).toBe(
    'plan_migration_impossible',
  );

  const begun = await ask<Begun>('POST', 'plan-migrations', wish);
  const id = begun.migration?.id ?? '';
  await eventually(async () => {
    const { migration } = await ask<Progress>('GET', `plan-migrations/${id}`);
    return migration.state === 'done';
  });
  const { progress } = await ask<Progress>('GET', `plan-migrations/${id}`);
  expect(progress).toEqual({
    total: 2,
    waiting: 0,
    moved: 1,
    scheduled: 0,
    skipped: 1,
    refused: 0,
  });
  expect([await limitOf('mover'), await limitOf('leaver')]).toEqual([400, 300]);

  const rows = await staff.query(
    `SELECT stripe_subscription_id AS id FROM user_subscriptions
     JOIN subscription_plans ON plan_id = subscription_plans.id WHERE version = 2`,
  );
  const subscription = await scene.stripe.subscriptions.retrieve(String(rows[0]?.['id']));
  expect(subscription.items.data.map(({ price }) => price.lookup_key)).toEqual([
    'pro:2:monthly:usd',
  ]);
  const recorded = await staff.query(
    `SELECT action FROM audit_entries WHERE reason = $1 AND actor_id = $2 ORDER BY id`,
    [reason, String(admin.staffId)],
  );
  const actions = recorded.map(({ action }) => action);
  expect(actions).toEqual(
    expect.arrayContaining(['plan.published', 'plan_migration.begun', 'plan_migration.done']),
  );
  expect(actions).toContain('billing.change_requested');
}, 60_000);
