import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';

test('requests that wait for the database are counted when they are asked for', async () => {
  let waiting = 0;
  const { registry } = createMetrics({ databaseWaits: () => waiting });
  expect(await registry.metrics()).toContain('\ndatabase_pool_waiting_requests 0\n');
  waiting = 3;
  expect(await registry.metrics()).toContain('\ndatabase_pool_waiting_requests 3\n');
});

test('a route’s durations are counted by status, in seconds', async () => {
  const { registry, timer } = createMetrics({});
  const check = timer('POST', '/v1/check');
  check.observe(200, 2);
  check.observe(200, 700);
  check.observe(503, 3);
  const text = await registry.metrics();
  const labels = (status: number) => `method="POST",route="/v1/check",status="${status}"`;
  expect(text).toContain(`_bucket{le="0.0025",${labels(200)}} 1`);
  expect(text).toContain(`_count{${labels(200)}} 2`);
  expect(text).toContain(`_sum{${labels(200)}} 0.702`);
  expect(text).toContain(`_count{${labels(503)}} 1`);
});

test('figures that are read together are read once, and are no numbers otherwise', async () => {
  let readings = 0;
  let isAway = false;
  const gauges = { events_waiting: 'Waiting.', events_failed: 'Failed.' };
  const { registry } = createMetrics({
    gauges: {
      gauges,
      read() {
        readings += 1;
        if (isAway) return Promise.reject(new Error('away'));
        return Promise.resolve({ events_waiting: 3, events_failed: 0 });
      },
    },
  });
  const text = await registry.metrics();
  expect(text).toContain('\nevents_waiting 3\n');
  expect(text).toContain('\nevents_failed 0\n');
  expect(readings).toBe(1);
  isAway = true;
  expect(await registry.metrics()).toContain('\nevents_waiting Nan\n');
});
