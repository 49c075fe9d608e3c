import { expect, test } from 'vitest';
import { useBillingScene } from '../../../../test/support/billing.ts';
import { signInStaff } from '../../../../test/support/staff.ts';
import { staffScene } from '../staff-api/scene.fixture.ts';
import { ASKED } from './asked.fixture.ts';
import { openSession } from './session.fixture.ts';

const scene = useBillingScene({ seed: 'seen by staff' });
const staff = staffScene(scene);
const path = (user: string) => `/admin/v1/users/${user}/account-page`;

test('staff see what the customer sees, and it is on record who looked', async () => {
  await staff.subscribed('anna', 'pro');
  const anna = await openSession(scene.server, 'anna');
  const support = await signInStaff(scene.server, 'support');
  const look = () => scene.server.request('GET', path('anna'), undefined, support);
  const seen = await look();
  expect(seen.status).toBe(200);
  expect(seen.body).toEqual(await anna.get('overview'));
  expect(seen.body).toMatchObject({ plan: { plan: 'pro' }, return_url: null });
  await look();
  const entries = await staff.query(
    `SELECT actor_kind, actor_id, subject_id = users.id::text AS named
     FROM audit_entries JOIN users USING (account_id)
     WHERE action = 'billing.account_page_seen'`,
  );
  expect(entries).toEqual([
    { actor_kind: 'staff', actor_id: String(support.staffId), named: true },
  ]);
  const stranger = { secret: null };
  expect((await scene.server.request('GET', path('anna'), undefined, stranger)).status).toBe(401);
  expect((await scene.server.request('GET', path('nobody'), undefined, support)).status).toBe(404);
});

test('by it nothing can be done that a customer can', async () => {
  await staff.subscribed('bob', 'pro');
  const owner = await signInStaff(scene.server, 'owner');
  const sessions = () => staff.query('SELECT count(*)::int AS n FROM account_sessions');
  const before = await sessions();
  await scene.server.request('GET', path('bob'), undefined, owner);
  expect(await sessions()).toEqual(before);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const answer = await scene.server.request(method, path('bob'), {}, owner);
    expect([method, answer.status]).toEqual([method, 405]);
  }
  // What customers do is behind their own session, which no rights of staff stand for.
  for (const [method, asked, body] of ASKED) {
    const answer = await scene.server.request(method, `/account/api/${asked}`, body, owner);
    expect([asked, answer.status]).toEqual([asked, 401]);
  }
});
