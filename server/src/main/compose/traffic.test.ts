import { expect, test } from 'vitest';
import type { Traffic } from '../../domains/analytics/index.ts';
import { createLogger } from '../logger.ts';
import { keepTraffic } from './traffic.ts';

test('requests are counted, but for the files of pages', () => {
  const counted: string[] = [];
  const { measure } = keepTraffic(
    { measure: ({ route }) => void counted.push(route), flush: () => Promise.resolve() },
    createLogger('silent'),
  );
  const asked = (route: string): Parameters<Traffic['measure']>[0] => {
    return { method: 'GET', route, status: 200, durationMs: 1, keyId: undefined };
  };
  for (const route of [
    '/v1/check',
    '/admin/assets/index-1.js',
    '/admin',
    '/account/assets/a.css',
  ]) {
    measure(asked(route));
  }
  expect(counted).toEqual(['/v1/check', '/admin']);
});
