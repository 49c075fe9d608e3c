import { beforeAll, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { useBillingScene } from '../../../../../test/support/billing.ts';
import { eventually } from '../../../../../test/support/eventually.ts';
import type { SignedInStaff } from '../../../../../test/support/staff.ts';
import { staffScene } from '../../../billing/staff-api/scene.fixture.ts';

const scene = useBillingScene({ seed: 'undone bulk deeds' });
const staff = staffScene(scene);
const reason = 'it was meant for others';
let admin: SignedInStaff;

beforeAll(async () => {
  admin = await staff.as('admin');
});

interface Answer {
  readonly code?: string;
  readonly preview: {
    readonly users: number;
    readonly refused: number;
    readonly refusals: readonly { readonly code: string; readonly users: number }[];
  };
  readonly bulk_deed: {
    readonly id: string;
    readonly kind: string;
    readonly state: string;
    readonly version: number;
    readonly undoes: string | null;
  };
  readonly progress: Record<'total' | 'waiting' | 'done' | 'refused', number>;
  readonly undone_by: string | null;
  readonly data: readonly { readonly user: string; readonly code: string | null }[];
}

async function ask(method: string, path: string, body?: object, as = admin): Promise<Answer> {
  return (await scene.server.request<Answer>(method, `/admin/v1/${path}`, body, as)).body;
}

async function makeUsers(prefix: string, count: number): Promise<string[]> {
  const users = Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
  for (const user of users) {
    await scene.server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
  }
  return users;
}

async function ended(begun: Answer): Promise<Answer> {
  expect(begun.code).toBeUndefined();
  const { id } = begun.bulk_deed;
  return eventually(async () => {
    const followed = await ask('GET', `bulk-deeds/${id}`);
    return followed.bulk_deed.state === 'done' ? followed : undefined;
  });
}

async function done(terms: object, users: readonly string[]): Promise<Answer> {
  const wish = { ...terms, users, reason: 'as was promised', expected_users: users.length };
  return ended(await ask('POST', 'bulk-deeds', wish));
}

async function previewed({ bulk_deed: { id, version } }: Answer): Promise<Answer> {
  return ask('POST', `bulk-deeds/${id}/undo`, { version, reason, dry_run: true });
}

/** Looks at what would be, and undoes it. */
async function undone(deed: Answer): Promise<Answer> {
  const { preview } = await previewed(deed);
  const { id, version } = deed.bulk_deed;
  const said = { version, reason, expected_users: preview.users };
  return ended(await ask('POST', `bulk-deeds/${id}/undo`, said));
}

interface Profile {
  readonly plan: string;
  readonly restricted_by_staff: string | null;
  readonly overrides: readonly { id: string; in_force: boolean; expires_at: string | null }[];
  readonly notes: readonly unknown[];
}

async function profileOf(user: string): Promise<Profile> {
  const path = `/admin/v1/users/${user}`;
  return (await scene.server.request<Profile>('GET', path, undefined, admin)).body;
}

const boost = { kind: 'boost', feature: 'audio_minutes', amount: 500 };

test('boosts are taken back from each user once, but from whom they have ended', async () => {
  const users = await makeUsers('boosted', 4);
  const deed = await done(boost, users);
  expect(await staff.mayUse('boosted-1', 400)).toBe(true);
  const [override] = (await profileOf('boosted-0')).overrides;
  await staff.act(`boosted-0/overrides/${override!.id}/end`, {}, admin);
  const { preview } = await previewed(deed);
  expect(preview).toMatchObject({
    users: 4,
    refused: 1,
    refusals: [{ code: 'bulk_undo_late', users: 1 }],
  });
  expect(await staff.mayUse('boosted-1', 400)).toBe(true);
  const undo = await undone(deed);
  expect(undo).toMatchObject({
    bulk_deed: { kind: 'boost', undoes: deed.bulk_deed.id },
    progress: { total: 4, waiting: 0, done: 3, refused: 1 },
  });
  // What a boost has covered until the instant of its end stays covered.
  await scene.advanceTo(scene.clock.nowMs() + 1_000);
  expect(await staff.mayUse('boosted-1', 400)).toBe(false);
  const reported = await ask('GET', `bulk-deeds/${undo.bulk_deed.id}/users?state=refused`);
  expect(reported.data).toMatchObject([{ user: 'boosted-0', code: 'bulk_undo_late' }]);
  const entries = await staff.query(
    `SELECT reason, actor_id FROM audit_entries WHERE action = 'access.override_ended'
     AND reason = $1`,
    [reason],
  );
  const said = { reason, actor_id: String(admin.staffId) };
  expect(entries).toEqual([said, said, said]);

  const again = await previewed(deed);
  expect(again).toMatchObject({ code: 'bulk_deed_undone', undone_by: undo.bulk_deed.id });
  expect((await previewed(undo)).code).toBe('bulk_deed_no_undo');
  expect((await ask('GET', `bulk-deeds/${deed.bulk_deed.id}`)).undone_by).toBe(undo.bulk_deed.id);
});

test('gifts end, notes go, and restrictions end and are made again as they were', async () => {
  const users = await makeUsers('told', 2);
  const gift = await done({ kind: 'gift', plan: 'business' }, users);
  expect((await profileOf('told-1')).plan).toBe('business');
  await undone(gift);
  expect((await profileOf('told-1')).plan).toBe('free');

  const note = await done({ kind: 'note', text: 'They called us.' }, users);
  const first = await profileOf('told-0');
  expect(first.notes).toHaveLength(1);
  const { progress } = await undone(note);
  expect(progress).toMatchObject({ done: 2, refused: 0 });
  expect((await profileOf('told-0')).notes).toEqual([]);

  const expiresAt = formatInstant(scene.clock.nowMs() + 9 * DAY_MS);
  const restricted = await done({ kind: 'restrict', expires_at: expiresAt }, users);
  const lifted = await done({ kind: 'lift' }, users);
  expect((await profileOf('told-0')).restricted_by_staff).toBeNull();
  const late = await previewed(restricted);
  expect(late.preview).toMatchObject({ users: 2, refused: 2 });
  await undone(lifted);
  const restored = await profileOf('told-0');
  expect(restored.restricted_by_staff).not.toBeNull();
  const held = restored.overrides.filter(({ in_force: isInForce }) => isInForce);
  expect(held).toMatchObject([{ expires_at: expiresAt }]);
});

test('a discount of a percent or an amount is on the invoices, and its undo ends it', async () => {
  const finance = await staff.as('finance');
  const { subscription } = await staff.subscribed('reduced-0', 'pro');
  await staff.subscribed('reduced-1', 'pro');
  const users = ['reduced-0', 'reduced-1', ...(await makeUsers('unpaid', 1))];
  const next = async () => (await scene.stripe.invoices.createPreview({ subscription })).total;
  const terms = [
    [{ percent_off: 25, months: 3 }, 1_425],
    [{ amount_off_minor: 150, currency: 'usd', duration: 'once' }, 1_750],
  ] as const;
  for (const [discount, total] of terms) {
    const wish = { kind: 'discount', ...discount, users, reason, dry_run: true };
    const { preview } = await ask('POST', 'bulk-deeds', wish, finance);
    expect(preview).toMatchObject({
      users: 3,
      refused: 1,
      refusals: [{ code: 'subscription_missing', users: 1 }],
    });
    expect(await next()).toBe(1_900);
    const given = await done({ kind: 'discount', ...discount }, users);
    expect(given.progress).toMatchObject({ done: 2, refused: 1 });
    expect(await next()).toBe(total);
    const undo = await undone(given);
    expect(undo.progress).toMatchObject({ total: 2, done: 2, refused: 0 });
    expect(await next()).toBe(1_900);
  }
});

test('who pays in another currency is counted before an amount is given to many', async () => {
  const users = [0, 1, 2, 3, 4].map((index) => `abroad-${index}`);
  for (const user of users) await staff.subscribed(user, 'pro');
  users.push(...(await makeUsers('abroad-unpaid', 1)));
  const foreign = { kind: 'discount', amount_off_minor: 150, currency: 'eur', duration: 'once' };
  const { preview } = await ask('POST', 'bulk-deeds', { ...foreign, users, reason, dry_run: true });
  expect(preview.refusals).toEqual([
    { code: 'discount_currency', detail: 'The subscription is paid in usd.', users: 5 },
    { code: 'subscription_missing', detail: 'There is no live subscription.', users: 1 },
  ]);
  expect((await done(foreign, users)).progress).toMatchObject({ done: 0, refused: 6 });
});

test('a discount that was given by a worker that died then is reported as given', async () => {
  const { subscription } = await staff.subscribed('given', 'pro');
  const wish = { kind: 'discount', percent_off: 10, duration: 'forever' };
  const given = await done(wish, ['given']);
  await staff.act('given/subscription/cancel', { when: 'now' }, admin);
  expect((await scene.stripe.subscriptions.retrieve(subscription)).status).toBe('canceled');
  // As it stood when the worker died: Stripe had done it, and nobody had written so.
  const { id } = given.bulk_deed;
  await staff.query(
    `UPDATE bulk_deed_users SET state = 'waiting', settled_at = NULL, taken_until = NULL
     WHERE bulk_deed_id = $1`,
    [id],
  );
  await staff.query(`UPDATE bulk_deeds SET state = 'running', finished_at = NULL WHERE id = $1`, [
    id,
  ]);
  expect((await ended(given)).progress).toMatchObject({ waiting: 0, done: 1, refused: 0 });
});

test('what a worker that died has given is told where the bulk deed was stopped, too', async () => {
  await staff.subscribed('left-given', 'pro');
  await staff.subscribed('left-unasked', 'pro');
  const wish = { kind: 'discount', percent_off: 10, duration: 'forever' };
  const given = await done(wish, ['left-given']);
  const { id } = given.bulk_deed;
  // As it stood when the worker died: it had asked for the one, and had not come to the other.
  await staff.query(
    `INSERT INTO bulk_deed_users (bulk_deed_id, account_id, user_id, state)
     SELECT $1, account_id, id, 'waiting' FROM users WHERE external_id = 'left-unasked'`,
    [id],
  );
  await staff.query(
    `UPDATE bulk_deed_users SET state = 'waiting', settled_at = NULL,
       taken_until = now() - interval '1 second' WHERE bulk_deed_id = $1`,
    [id],
  );
  await staff.query(`UPDATE bulk_deeds SET state = 'stopped', finished_at = NULL WHERE id = $1`, [
    id,
  ]);
  await eventually(async () => {
    const { progress } = await ask('GET', `bulk-deeds/${id}`);
    return progress.done === 1;
  });
  const { bulk_deed: deed, progress } = await ask('GET', `bulk-deeds/${id}`);
  expect([deed.state, progress.waiting, progress.refused]).toEqual(['stopped', 1, 0]);
});

test('only what has come to a rest is undone, and what is undone does not go on', async () => {
  const support = await staff.as('support');
  const users = await makeUsers('stopped', 1);
  const { bulk_deed: deed } = await done(boost, users);
  const undo = { version: deed.version, reason, dry_run: true };
  const analyst = await staff.as('analyst');
  const path = `bulk-deeds/${deed.id}/undo`;
  expect((await ask('POST', path, undo, analyst)).code).toBe('permission_missing');
  expect((await ask('POST', path, { ...undo, version: 99 }, support)).code).toBe('stale_version');
  const others = { version: deed.version, reason, expected_users: 2 };
  expect((await ask('POST', path, others, support)).code).toBe('bulk_users_changed');
  await staff.query(`UPDATE bulk_deeds SET state = 'running', finished_at = NULL WHERE id = $1`, [
    deed.id,
  ]);
  // The worker finds nobody who waits, and ends it again; until then it runs.
  const running = await ask('POST', path, undo, support);
  expect(['bulk_deed_running', 'stale_version']).toContain(running.code);
  const rested = await ended({ bulk_deed: deed } as Answer);
  await staff.query(`UPDATE bulk_deeds SET state = 'stopped', finished_at = NULL WHERE id = $1`, [
    deed.id,
  ]);
  await undone(rested);
  const resume = { version: rested.bulk_deed.version, reason };
  expect((await ask('POST', `bulk-deeds/${deed.id}/resume`, resume)).code).toBe('bulk_deed_undone');
});
