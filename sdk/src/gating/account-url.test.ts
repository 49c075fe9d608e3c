import { describe, expect, it } from 'vitest';
import { gatedService } from '../../test/support/gated-service.ts';
import { json, problem } from '../../test/support/scripted-server.ts';
import { wireCheck } from '../../test/support/wire.ts';
import { decideGate } from './gate.ts';
import { openMeter } from './meter.ts';

const LINK = '/v1/account-links';
const PAGE = 'https://billing.test/account/enter?token=once';
const expires = { expires_at: '2026-01-31T12:15:00.000Z' };

/** A gate and a meter whose refusals lead to the account page, by a link of the service. */
async function setUp(scripts: Parameters<typeof gatedService>[0] = {}) {
  const service = await gatedService({
    [LINK]: (response) => json(response, 200, { url: PAGE, ...expires }),
    ...scripts,
  });
  const { client } = service;
  const accountUrl = async (user: string, returnUrl: string): Promise<string> =>
    (await client.accountLinks.create({ user, returnUrl })).url;
  const gate = (user: string) =>
    decideGate<[string]>(client, 'api_access', { user: () => user, accountUrl }, [
      'https://app.test/',
    ]);
  const meter = (user: string) =>
    openMeter<[string]>(client, 'audio_minutes', { user: () => user, amount: 5, accountUrl }, [
      '/',
    ]);
  const links = () => service.server.bodies(LINK);
  return { ...service, gate, meter, links };
}

describe('the account page', () => {
  it('is named to a user whom a plan would help, for the request that was refused', async () => {
    const { gate, meter, links } = await setUp();
    expect(await gate('free')).toMatchObject({
      refusal: { status: 402, problem: { upgrade: 'business', account_url: PAGE } },
    });
    expect(await meter('spent')).toMatchObject({
      refusal: { status: 402, problem: { upgrade: 'pro', account_url: PAGE } },
    });
    expect(links()).toEqual([
      { user: 'free', return_url: 'https://app.test/' },
      { user: 'spent', return_url: '/' },
    ]);
  });

  it('is named to a user who has to pay first', async () => {
    const due = wireCheck({ allowed: false, reason: 'subscription_past_due' });
    const { gate } = await setUp({ '/v1/check': (response) => json(response, 200, due) });
    expect(await gate('debtor')).toMatchObject({
      refusal: { status: 403, problem: { account_url: PAGE } },
    });
  });

  it('is not asked for users who may, strangers, and whom money does not help', async () => {
    const refused = wireCheck({ allowed: false, reason: 'value_not_allowed' });
    const { gate, meter, links } = await setUp();
    await gate('customer');
    await gate('');
    await meter('customer');
    const dead = await setUp({ '/v1/check': (response) => json(response, 200, refused) });
    expect(await dead.gate('free')).toMatchObject({ refusal: { status: 403 } });
    expect([...links(), ...dead.links()]).toEqual([]);
  });

  it('is left out where no link is to be had, and the refusal stands', async () => {
    const { gate, reported } = await setUp({
      [LINK]: (response) => problem(response, 422, 'redirect_not_allowed'),
    });
    const verdict = await gate('free');
    expect(verdict).toMatchObject({ refusal: { status: 402, problem: { upgrade: 'business' } } });
    expect(verdict).not.toHaveProperty('refusal.problem.account_url');
    expect(reported).toMatchObject([
      {
        error: { code: 'redirect_not_allowed' },
        context: { during: 'account_url', user: 'free', feature: 'api_access' },
      },
    ]);
  });

  it('is not asked for while the service is away', async () => {
    let isAway = false;
    const no = wireCheck({ allowed: false, reason: 'feature_not_in_plan', upgrade: 'business' });
    const { gate, links } = await setUp({
      '/v1/check': (response) => (isAway ? response.destroy() : json(response, 200, no)),
    });
    await gate('free');
    isAway = true;
    expect(await gate('free')).toMatchObject({ refusal: { status: 402 } });
    expect(links()).toHaveLength(1);
  });
});
