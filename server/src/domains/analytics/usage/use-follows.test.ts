import { expect, test } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer({ env: { ROLE: 'all' } });

interface Series {
  readonly data?: readonly { values: Record<string, number | null> }[];
}

test('what an app tracks is in the figures, by itself', async () => {
  const staff = await signInStaff(server, 'analyst');
  await server.request('PUT', '/v1/users/ada', { email: 'ada@example.com' });
  const event = { user: 'ada', event: 'audio_processed', amount: 12.5, model: 'whisper' };
  for (const key of ['one', 'two', 'two']) {
    await server.request('POST', '/v1/track', { ...event, cost_cents: 3, idempotency_key: key });
  }
  const figure = async (name: string): Promise<number | null | undefined> => {
    const path = `/admin/v1/metrics/${name}?from=2026-03-10&to=2026-03-10&granularity=day`;
    const { body } = await server.request<Series>('GET', path, undefined, staff);
    // While the first book of revenue is being built there are no figures at all.
    return body.data?.[0]?.values['value'];
  };
  await eventually(async () => (await figure('ai_cost')) === 6);
  expect(await figure('ai_cost')).toBe(6);
  expect(await figure('cost_per_minute')).toBe(0.24);
});
