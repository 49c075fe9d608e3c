import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type Stripe from 'stripe';
import { afterAll, expect, it } from 'vitest';
import { connectValidated } from '../../test/validated.fixture.ts';
import { startReceiver } from '../webhooks/receiver.fixture.ts';
import { OPENING } from './process.fixture.ts';
import { settled } from './seen.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-full-disk-'));
const children: ChildProcess[] = [];
afterAll(async () => {
  for (const child of children) await kill(child);
  rmSync(folder, { recursive: true });
});

const PROGRAM = join(import.meta.dirname, 'process.fixture.ts');
/** Of 512 bytes, as the shell counts them; no file may grow beyond it. */
const BLOCKS = 200;

/** Changes a limit of a process that runs; there is none but on Linux. */
const PRLIMIT = 'prlimit';

interface Running {
  readonly process: ChildProcess;
  readonly stripe: Stripe;
  readonly url: string;
}

/** Where files may only grow so far, a write fails half-way, as it does where a disk is full. */
async function start(journalFile: string, blocks: string): Promise<Running> {
  const options = JSON.stringify({ journalFile });
  const command = `ulimit -S -f ${blocks}; exec "$0" "$@"`;
  const child = spawn(
    'sh',
    ['-c', command, process.execPath, ...process.execArgv, PROGRAM, options],
    {
      // What it cannot write it says, which is not for whoever reads the tests.
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  children.push(child);
  for await (const line of createInterface(child.stdout)) {
    if (line === OPENING) continue;
    const stripe = connectValidated(Number(line));
    return { process: child, stripe, url: `http://127.0.0.1:${line}` };
  }
  throw new Error('it did not start');
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function makeRoom({ process: { pid } }: Running): void {
  const { status } = spawnSync(PRLIMIT, ['--pid', String(pid), '--fsize=unlimited']);
  expect(status).toBe(0);
}

const KEPT = 'The sandbox cannot write its journal, so nothing was done';
const refusal = { statusCode: 503, type: 'StripeAPIError', message: expect.stringContaining(KEPT) };

/** Makes customers until one is refused; answers those that were made. */
async function fill({ stripe }: Running): Promise<string[]> {
  const made: string[] = [];
  for (;;) {
    const said = { description: `${made.length} ${'x'.repeat(3_000)}` };
    const idempotencyKey = `fill-${made.length}`;
    try {
      made.unshift((await stripe.customers.create(said, { idempotencyKey })).id);
    } catch (error) {
      expect(error).toMatchObject(refusal);
      return made;
    }
  }
}

async function customers({ stripe }: Running): Promise<string[]> {
  const all = await stripe.customers.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
  return all.map(({ id }) => id);
}

const canLimit = process.platform === 'linux' && spawnSync(PRLIMIT, ['--version']).status === 0;

it.runIf(canLimit)(
  'answers nothing that a full disk did not take, and goes on with room',
  async () => {
    const file = join(folder, 'journal');
    const full = await start(file, String(BLOCKS));
    const made = await fill(full);
    expect(made.length).toBeGreaterThan(5);
    expect(await customers(full)).toStrictEqual(made);
    // What is too large for what is left is refused; what fits is taken, and the file stays whole.
    const small: string[] = [];
    for (let count = 0; count < 30; count += 1) {
      try {
        small.unshift((await full.stripe.customers.create({ name: 'small' })).id);
      } catch (error) {
        expect(error).toMatchObject(refusal);
      }
    }
    expect(await customers(full)).toStrictEqual([...small, ...made]);
    expect(statSync(file).size).toBeLessThanOrEqual(BLOCKS * 512);
    makeRoom(full);
    // The key of the refused request is as good as new.
    const again = await fullKey(full, made.length);
    expect(await customers(full)).toStrictEqual([again, ...small, ...made]);
    await kill(full.process);
    const after = await start(file, 'unlimited');
    expect(await customers(after)).toStrictEqual([again, ...small, ...made]);
    expect(await fullKey(after, made.length)).toBe(again);
  },
);

async function fullKey({ stripe }: Running, number: number): Promise<string> {
  const said = { description: `${number} ${'x'.repeat(3_000)}` };
  return (await stripe.customers.create(said, { idempotencyKey: `fill-${number}` })).id;
}

const DAY = 86_400;

it.runIf(canLimit)(
  'lets clocks and webhooks that a full disk holds up arrive when there is room',
  async () => {
    const full = await start(join(folder, 'clock'), '400');
    const { stripe } = full;
    const receiver = await startReceiver();
    await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    const clock = await stripe.testHelpers.testClocks.create({ frozen_time: 1_800_000_000 });
    const { id: customer } = await stripe.customers.create({ test_clock: clock.id });
    const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    const { id: price } = await stripe.prices.create({
      currency: 'usd',
      product_data: { name: 'Daily' },
      unit_amount: 100,
      recurring: { interval: 'day' },
    });
    await stripe.subscriptions.create({
      customer,
      items: [{ price }],
      default_payment_method: method.id,
    });
    const target = 1_800_000_000 + 30 * DAY;
    await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: target });
    const held = await stripe.testHelpers.testClocks.retrieve(clock.id);
    expect(held.status).toBe('advancing');
    await fill(full);
    makeRoom(full);
    await settled({ url: full.url, fetch });
    const events = await stripe.events.list({ limit: 100 }).autoPagingToArray({ limit: 5_000 });
    expect(events.filter((event) => event.pending_webhooks > 0)).toStrictEqual([]);
    const came = new Set(receiver.ids());
    // The endpoint was made before the first of them.
    expect(events.filter(({ id }) => !came.has(id))).toStrictEqual([]);
    await receiver.close();
    const arrived = await stripe.testHelpers.testClocks.retrieve(clock.id);
    expect(arrived).toMatchObject({ status: 'ready', frozen_time: target });
    const invoices = await stripe.invoices.list({ customer, limit: 100 });
    expect(invoices.data).toHaveLength(31);
    // The last one is a draft for an hour yet.
    expect(invoices.data.slice(1).every(({ status }) => status === 'paid')).toBe(true);
  },
);
