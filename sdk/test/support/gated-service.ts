import { drivenClient } from './client.ts';
import type { DrivenClient } from './client.ts';
import { json, scriptedServer } from './scripted-server.ts';
import type { Script, ScriptedServer } from './scripted-server.ts';
import { wireBalance, wireCheck, wireReservation } from './wire.ts';

export const COMMIT = '/v1/reservations/rsv_1/commit';
export const RELEASE = '/v1/reservations/rsv_1/release';

export interface GatedService extends DrivenClient {
  readonly server: ScriptedServer;
  /** The calls that settled a reservation, in order. */
  readonly settled: () => readonly string[];
}

/**
 * What the middleware meets: users named after what the service says of them, and a reservation
 * that is always granted except to `spent`.
 */
export async function gatedService(
  scripts: Readonly<Record<string, Script>> = {},
): Promise<GatedService> {
  const server = await scriptedServer({
    '/v1/check': (response, received) => {
      const { user, feature } = received.body as { user: string; feature: string };
      json(response, 200, wireCheck({ feature, ...verdicts[user] }));
    },
    '/v1/reservations': (response, received) => {
      const { user } = received.body as { user: string };
      const refused = { granted: false, reason: 'quota_exceeded', upgrade: 'pro' };
      json(response, 200, user === 'spent' ? { ...refused, balance } : wireReservation());
    },
    [COMMIT]: (response) => json(response, 200, wireBalance()),
    [RELEASE]: (response) => json(response, 200, wireBalance()),
    ...scripts,
  });
  const settled = () =>
    server.received.map(({ path }) => path).filter((path) => [COMMIT, RELEASE].includes(path));
  return { ...drivenClient(server.url), server, settled };
}

const balance = wireBalance({ used: 58, remaining: 2 });

const verdicts: Readonly<Record<string, object>> = {
  customer: {},
  free: { allowed: false, reason: 'feature_not_in_plan', plan: 'free', upgrade: 'business' },
  banned: { allowed: false, reason: 'subscription_inactive', plan: 'free' },
};
