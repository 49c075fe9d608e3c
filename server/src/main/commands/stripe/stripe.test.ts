import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manualClock, systemClock } from '@whisperforge/kernel/clock';
import { STRIPE_KEY } from '../../../../test/support/billing.ts';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import {
  openApplication,
  openSilentStripe,
  type OperatedApplication,
  type SilentStripe,
} from '../../../../test/support/stripe-operations.ts';
import { runCli } from '../../cli.ts';

const database = useTestDatabase();
let stripe: SilentStripe;
let app: OperatedApplication;
let customer: string;

beforeAll(async () => {
  // The commands go by the machine's clock.
  stripe = await openSilentStripe('commands', { clock: manualClock(systemClock.nowMs()) });
  app = await openApplication(database.url, stripe);
  const price = await stripe.price({ lookupKey: 'pro:1:monthly:usd', amountMinor: 1_900 });
  customer = await stripe.customer({ email: 'ada@example.com', metadata: { user: 'ada' } });
  await stripe.subscribe({ customer, items: [{ price }] });
  const old = await stripe.price({ amountMinor: 900 });
  const other = await stripe.customer({ email: 'bob@example.com', metadata: { user: 'bob' } });
  await stripe.subscribe({ customer: other, items: [{ price: old }] });
});
afterAll(async () => {
  await app.close();
  await stripe.close();
});

async function cli(args: readonly string[], url = stripe.sandbox.url) {
  const said = { stdout: '', stderr: '' };
  const code = await runCli(['stripe', ...args], {
    env: { DATABASE_URL: database.url, STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_API_BASE: url },
    print: (line) => void (said.stdout += `${line}\n`),
    complain: (line) => void (said.stderr += `${line}\n`),
  });
  return { code, ...said };
}

test('help names what there is, and mistakes end with 2', async () => {
  const { stdout } = await cli(['--help']);
  for (const name of ['status', 'events', 'replay', 'sweep', 'reconcile', 'import']) {
    expect(stdout).toContain(`  ${name} `);
  }
  expect((await cli(['events', '--state', 'lost'])).code).toBe(2);
  expect((await cli(['import', '--user-from', 'thin air'])).code).toBe(2);
  expect((await cli(['import', '--dry-run', '--resume'])).code).toBe(2);
  expect((await cli(['sweep', '--days', '31'])).code).toBe(2);
});

test('an import is tried out, refused for what is not understood, and done', async () => {
  const dry = await cli(['import', '--dry-run']);
  expect(dry.code).toBe(1);
  expect(dry.stdout).toContain('1 customer would come in, with 1 subscription and 1 invoice.');
  expect(dry.stdout).toMatch(/PRICE +CUSTOMERS\nprice_\w+ +1\n/);
  expect(dry.stderr).toBe('Skipped: 1 customer; nothing of them was written.\n');

  const wrong = await cli(['import', '--map', 'price_1=gold:monthly']);
  expect(wrong).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no plan gold') as string,
  });
  expect((await cli(['import', '--resume'])).stderr).toBe('There is no import to go on with.\n');

  const [priceId = ''] = /price_\w+/.exec(dry.stdout) ?? [];
  const done = await cli(['import', '--map', `${priceId}=pro:monthly`, '--json']);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(done.stdout)).toMatchObject({ imported: 2, skipped: [], unknown_prices: [] });
});

test('what differs ends with 1, mended with 0, another account of Stripe with 2', async () => {
  const equal = await cli(['reconcile']);
  expect(equal).toMatchObject({
    code: 0,
    stdout: '2 customers compared: 0 different, 0 mended.\n',
  });

  await sql`UPDATE user_subscriptions SET seats = 7`.execute(app.database.sql);
  const alone = await cli(['reconcile', '--customer', customer, '--json']);
  expect(alone.code).toBe(1);
  expect(JSON.parse(alone.stdout)).toMatchObject({
    outcome: 'different',
    compared: 1,
    customers: [{ customer, differences: [{ what: 'seats', recorded: '7', found: '1' }] }],
  });
  const mended = await cli(['reconcile', '--apply']);
  expect(mended).toMatchObject({ code: 0, stderr: '' });
  expect(mended.stdout).toMatch(/seats +7 +1 +mended\n/);

  const empty = await openSilentStripe('another account');
  try {
    const stopped = await cli(['reconcile', '--apply'], empty.sandbox.url);
    expect(stopped.code).toBe(2);
    expect(stopped.stderr).toMatch(/^Stopped: 2 customers .* nobody was canceled/);
    expect(stopped.stdout).toContain('is unknown to Stripe');
  } finally {
    await empty.close();
  }
  expect((await cli(['status'])).stdout).toMatch(
    /last reconciliation +\S+, stopped, 0 of 2 mended/,
  );
});

test('events are found, listed and handled once more', async () => {
  const swept = await cli(['sweep', '--days', '2']);
  expect(swept.stdout).toMatch(/^Looked through (\d+) events since \S+: \1 found\.\n$/);
  const ofCustomer = await cli(['events', '--customer', customer, '--state', 'stored', '--json']);
  const events = JSON.parse(ofCustomer.stdout) as { id: string; found_by: string }[];
  expect(events.length).toBeGreaterThan(3);
  expect(events.every((event) => event.found_by === 'sweep')).toBe(true);
  expect((await cli(['status'])).stdout).toMatch(/^events waiting +\d+, for \d+ s\n/);

  const [one, two] = events.map(({ id }) => id);
  await sql`
    UPDATE stripe_events SET state = 'failed', reason = 'out of luck' WHERE id IN (${one}, ${two})
  `.execute(app.database.sql);
  const failed = await cli(['events', '--state', 'failed']);
  expect(failed.stdout).toMatch(/^EVENT +TYPE +CUSTOMER +STATE +AGE +BY +REASON\n/);
  expect(failed.stdout.match(/out of luck/g)).toHaveLength(2);
  expect((await cli(['replay', one ?? ''])).stdout).toBe('To be handled once more: 1 event.\n');
  expect((await cli(['replay', '--failed'])).stdout).toBe('To be handled once more: 1 event.\n');
  expect((await cli(['replay', '--customer', customer])).code).toBe(0);
  expect((await cli(['events', '--state', 'failed', '--json'])).stdout).toBe('[]\n');
  expect(await cli(['replay', 'evt_none'])).toMatchObject({ code: 1 });
  expect(await cli(['replay'])).toMatchObject({ code: 1 });
  const rounds = app.rounds.filter(({ name }) => name.startsWith('what Stripe has told'));
  const { signal } = new AbortController();
  await eventually(async () => {
    for (const round of rounds) await round.work(signal);
    const { stdout } = await cli(['status', '--json']);
    return (JSON.parse(stdout) as { waiting: number }).waiting === 0 || undefined;
  });
});
