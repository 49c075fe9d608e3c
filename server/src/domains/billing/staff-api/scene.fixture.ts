import { expect } from 'vitest';
import pg from 'pg';
import { eventually } from '../../../../test/support/eventually.ts';
import type { BillingScene } from '../../../../test/support/billing.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import type { Role } from '../../../platform/permissions.ts';

interface Undo {
  readonly method: string;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** What a deed answers, or why it was refused. */
export interface Answered {
  readonly code?: string;
  readonly status: string | null;
  readonly lines: readonly { description: string; amount_minor: number }[];
  readonly total_minor: number | null;
  readonly currency: string | null;
  readonly notes: readonly string[];
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  readonly version: number;
  readonly undo: Undo | null;
}

export interface Profile {
  readonly account: string;
  readonly version: number;
  readonly plan: string;
}

/** Staff at their portal, and a customer to act upon. */
export interface StaffScene {
  as(role: Role): Promise<SignedInStaff>;
  profileOf(user: string): Promise<Profile>;
  /** Buys a plan on Stripe's own page; answers the ids that Stripe gave. */
  subscribed(
    user: string,
    plan: string,
    billingCycle?: 'monthly' | 'yearly',
  ): Promise<{ customer: string; subscription: string }>;
  /** A deed at its path below the user, with the version that the profile has now. */
  act(path: string, body: object, who: SignedInStaff): Promise<{ status: number; body: Answered }>;
  undo(undo: Undo | null, who: SignedInStaff): Promise<{ status: number; body: Answered }>;
  mayUse(user: string, minutes: number): Promise<boolean>;
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

const FORM = {
  email: 'buyer@example.com',
  name: 'A Buyer',
  number: '4242 4242 4242 4242',
  expiry: '12 / 34',
  cvc: '123',
};

export function staffScene(scene: BillingScene): StaffScene {
  const request = (method: string, path: string, body: unknown, who: SignedInStaff) =>
    scene.server.request<Answered>(method, path, body, who);
  const self: StaffScene = {
    as: (role) => signInStaff(scene.server, role),
    async profileOf(user) {
      const analyst = await self.as('analyst');
      const path = `/admin/v1/users/${user}`;
      const answer = await scene.server.request<Profile>('GET', path, undefined, analyst);
      expect(answer.status).toBe(200);
      return answer.body;
    },
    async subscribed(user, plan, billingCycle = 'monthly') {
      await scene.server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
      const urls = { success_url: `${scene.server.url}/ok`, cancel_url: `${scene.server.url}/no` };
      const wish = { user, plan, billing_cycle: billingCycle, ...urls };
      const opened = await scene.server.request<{ url: string }>('POST', '/v1/checkout', wish);
      expect(opened.status).toBe(200);
      const paid = await fetch(opened.body.url, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams(FORM),
      });
      expect(paid.status).toBe(303);
      await scene.sandbox.settled();
      await eventually(async () => (await self.profileOf(user)).plan === plan);
      const { account } = await self.profileOf(user);
      const [ids] = await self.query(
        `SELECT stripe_customer_id AS customer, stripe_subscription_id AS subscription
         FROM accounts JOIN user_subscriptions ON account_id = accounts.id WHERE accounts.id = $1`,
        [account],
      );
      return ids as { customer: string; subscription: string };
    },
    async act(path, body, who) {
      const [user = ''] = path.split('/');
      const { version } = await self.profileOf(user);
      const said = { version, reason: 'as agreed by phone', ...body };
      return request('POST', `/admin/v1/users/${path}`, said, who);
    },
    async undo(undo, who) {
      if (undo === null) throw new Error('nothing takes it back');
      return request(undo.method, undo.path, { ...undo.body, reason: 'by mistake' }, who);
    },
    async mayUse(user, minutes) {
      const asked = { user, feature: 'audio_minutes', amount: minutes };
      const answer = await scene.server.request<{ allowed: boolean }>('POST', '/v1/check', asked);
      return answer.body.allowed;
    },
    async query(text, values = []) {
      const client = new pg.Client({ connectionString: scene.server.databaseUrl });
      await client.connect();
      await client.query('SET search_path TO billing');
      const { rows } = await client.query<Record<string, unknown>>(text, values);
      await client.end();
      return rows;
    },
  };
  return self;
}
