import { expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';
import { openRows, staffRoutes, type StaffRoute } from './staff-calls.fixture.ts';

const server = useTestServer();

const HUGE = Number.MAX_SAFE_INTEGER;
/** Beyond what columns hold: instants, days, small integers, text with NUL. */
const POSITIONS: readonly (readonly (string | number)[])[] = [
  ...['created', '-usage', 'mrr'].flatMap((sort) => [
    [sort, HUGE, 1],
    [sort, -HUGE, HUGE],
  ]),
  ...['email', 'name'].map((sort) => [sort, 'a\0b', 1]),
  ...[HUGE, -HUGE, -253_402_300_799_999, 999_999_999_999_999].flatMap((ms) => [
    [ms, 1, 'x'],
    [ms, 'x'],
    [ms, 1],
  ]),
  [1, 1, 'a\0b'],
  ['0000-01-01', 1, HUGE],
  ['is', HUGE],
  [HUGE],
];

/** In the place of whatever is asked by: what no row can be like, and what means something. */
const HOSTILE = [
  'a\0b',
  '%',
  "'",
  '\u202Eabc',
  '-999999999999999',
  '0000-01-01',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59-14:00',
  'a:%00',
  'attribute.__proto__',
];

/** The addresses of a list with each of its fields said in each hostile way. */
function addressesOf({ path, query }: StaffRoute): string[] {
  const { properties = {} } = (query ?? {}) as { properties?: Readonly<Record<string, unknown>> };
  const names = { user: 'u-1', name: 'mrr', plan: 'pro' } as Readonly<Record<string, string>>;
  const at = path.replaceAll(/\{([a-z_]+)\}/g, (_, name: string) => names[name] ?? '1');
  return Object.keys(properties).flatMap((name) => {
    if (name !== 'cursor')
      return HOSTILE.map((text) => `${at}?${name}=${encodeURIComponent(text)}`);
    return POSITIONS.map((position) => {
      const cursor = Buffer.from(JSON.stringify(position)).toString('base64url');
      const sort = path === '/admin/v1/users' && position.length > 2 ? `&sort=${position[0]}` : '';
      return `${at}?cursor=${cursor}${sort}`;
    });
  });
}

test('no list, search or figure of staff fails by what it is asked with', async () => {
  await server.request('PUT', '/v1/users/u-1', { email: 'u-1@example.com' });
  const owner = await signInStaff(server, 'owner');
  const rows = openRows(server.databaseUrl);
  const routes = staffRoutes(rows, server.databaseUrl);
  await rows.close();
  // Exports are asked like the lists that they are of.
  const asked = routes.filter(({ method, path }) => method === 'GET' && !path.includes('/export.'));
  const addresses = asked.flatMap(addressesOf);
  expect(addresses.length).toBeGreaterThan(500);
  const faults: string[] = [];
  const left = addresses.values();
  const work = async (): Promise<void> => {
    for (const address of left) {
      const { status } = await server.request('GET', address, undefined, owner);
      if (status >= 500 && status !== 503) faults.push(`${status}: ${address}`);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
  expect(faults).toEqual([]);
});
