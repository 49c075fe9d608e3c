import { expect, test } from 'vitest';
import { useBillingScene } from '../../server/test/support/billing.ts';
import { eventually } from '../../server/test/support/eventually.ts';
import { run } from './main.ts';

const scene = useBillingScene({ seed: 'transcribe' });

async function runApp(): Promise<{ exitCode: number; output: string }> {
  const { url, secretKey } = scene.server;
  const lines: string[] = [];
  const env = { WHISPERFORGE_URL: url, WHISPERFORGE_KEY: secretKey };
  const exitCode = await run([], { env, print: (line) => void lines.push(line) });
  return { exitCode, output: lines.join('\n') };
}

/** What the account page does when its user chooses a plan; answers Stripe's page. */
async function choosePlan(link: string, plan: string): Promise<string> {
  const entered = await fetch(link, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? expect.fail('no cookie');
  const { origin } = new URL(link);
  const answer = await fetch(`${origin}/account/api/checkout`, {
    method: 'POST',
    headers: { cookie, origin, 'content-type': 'application/json' },
    body: JSON.stringify({ plan, billing_cycle: 'monthly' }),
  });
  return ((await answer.json()) as { url: string }).url;
}

async function pay(page: string): Promise<void> {
  const fields = { email: 'ada@example.com', name: 'Ada', number: '4242 4242 4242 4242' };
  const card = new URLSearchParams({ ...fields, expiry: '12 / 34', cvc: '123' });
  const paid = await fetch(page, { method: 'POST', redirect: 'manual', body: card });
  expect(paid.headers.get('location')).toContain('/account/return');
}

test('whose minutes are used up buys Pro by the link, and goes on', async () => {
  const refused = await runApp();
  expect(refused.exitCode).toBe(3);
  expect(refused.output).toContain('Plan pro would allow it');
  const [link] = /http\S+\/account\/enter\S+/.exec(refused.output) ?? [];
  await pay(await choosePlan(link ?? expect.fail('there is no link'), 'pro'));
  await eventually(async () => {
    const { body } = await scene.server.request<{ plan: string }>('GET', '/v1/users/ada');
    return body.plan === 'pro' ? body : undefined;
  });
  const { exitCode, output } = await runApp();
  expect(output).toContain(' of 300 minutes used, ');
  expect(output).not.toContain('/account/enter');
  expect(exitCode).toBe(0);
});
