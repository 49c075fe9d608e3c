import { expect, test } from 'vitest';
import { measureSandbox } from './measure.ts';
import { ordinaryRequests } from './requests.ts';

test('every ordinary request of the sandbox, and a year of it, can be measured', async () => {
  const extent = { rounds: 1, requests: 40, subscribers: 5, customers: 5 };
  const { requests, yearSeconds } = await measureSandbox(extent);
  expect(requests.map(({ title }) => title)).toEqual(ordinaryRequests.map(({ title }) => title));
  for (const { cpuMs } of requests) expect(cpuMs).toBeGreaterThanOrEqual(0);
  expect(yearSeconds).toBeGreaterThan(0);
});
