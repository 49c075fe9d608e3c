import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { formatInstant, parsePostgresInstant } from './clock.ts';

let client: pg.Client;

beforeAll(async () => {
  client = new pg.Client({
    connectionString: inject('maintenanceUrl'),
    options: '-c timezone=UTC',
  });
  await client.connect();
});
afterAll(() => client.end());

/** What Postgres itself prints for instants that it was given as ISO 8601. */
async function printed(instants: readonly string[], zone = 'UTC'): Promise<string[]> {
  await client.query(`SET timezone TO '${zone}'`);
  const { rows } = await client.query<{ text: string }>(
    'SELECT at::text AS text FROM unnest($1::timestamptz[]) WITH ORDINALITY AS _(at, n) ORDER BY n',
    [instants],
  );
  return rows.map((row) => row.text);
}

const FROM_MS = Date.UTC(1900, 0, 1);
const TO_MS = Date.UTC(2201, 0, 1) - 1;

test('every instant from 1900 to 2200 survives Postgres, in its zone and in others', async () => {
  const sample = fc.sample(fc.integer({ min: FROM_MS, max: TO_MS }), 2_000);
  const instants = [...sample, FROM_MS, TO_MS, -1, 0, 999, 1_000, Date.UTC(2000, 1, 29)];
  for (const zone of ['UTC', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati']) {
    // Before the zones of today there were offsets with seconds, which nobody sends.
    const isOdd = zone !== 'UTC';
    const asked = isOdd ? instants.filter((ms) => ms > Date.UTC(1996, 0, 1)) : instants;
    const texts = await printed(asked.map(formatInstant), zone);
    expect(texts.map(parsePostgresInstant)).toEqual(asked);
  }
});

test('microseconds are cut off, before 1970 as after', async () => {
  const texts = await printed(['2026-03-01T00:00:00.123999Z', '1969-12-31T23:59:59.999999Z']);
  expect(texts.map(parsePostgresInstant)).toEqual([Date.UTC(2026, 2, 1, 0, 0, 0, 123), -1]);
});

test('instants that are none of our time are refused, not misread', async () => {
  const odd = ['infinity', '-infinity', '0044-03-15 BC', '0099-01-01Z', '12026-01-01Z'];
  for (const text of await printed(odd)) {
    expect(() => parsePostgresInstant(text)).toThrow(/not an instant/);
  }
});
