import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Stripe from 'stripe';
import { afterAll, expect, it } from 'vitest';
import { randomFrom } from '../test/lives/world/random.ts';
import { startValidated, type Validated } from '../test/validated.fixture.ts';
import { allSettled, type Asking, type Host } from './kill/asking.fixture.ts';
import { begin, doSomething } from './kill/deeds.fixture.ts';
import { NOW_MS } from './kill/process.fixture.ts';
import { differences, seenAt } from './kill/seen.fixture.ts';
import { Victim } from './kill/victim.fixture.ts';
import { startReceiver, type Receiver } from './webhooks/receiver.fixture.ts';

/** A hundred in the soak. */
const KILLS = Number(process.env['SANDBOX_KILLS'] ?? 6);
const SEED = Number(process.env['SANDBOX_SEED'] ?? Date.now() % 2 ** 31);
/** Small, so that many kills are within a rewriting of the journal. */
const COMPACT_ABOVE_BYTES = 64 * 1024;
const DEEDS_A_KILL = 3;
/** After so many kills, everything is compared, and not only what is newest. */
const KILLS_A_LOOK = 10;

const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-kill-'));
const endings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const end of endings) await end();
  rmSync(folder, { recursive: true });
});

function hostOf({ sandbox, stripe, fetch }: Validated): Host {
  return { url: sandbox.url, fetch, running: () => Promise.resolve(), client: () => stripe };
}

function askingAt(host: Host, receiver: Receiver, name: string): Asking {
  const fields = { answers: [], prices: [], accounts: [], endpoints: [], keys: 0 };
  const url = new URL(`/hooks/${name}`, receiver.url).href;
  return { host, random: randomFrom(SEED), receiver: url, ...fields };
}

/** Which events came, each named once: they may come again, and in any order. */
function cameTo({ receiver: url }: Asking, { received }: Receiver): string[] {
  const { pathname } = new URL(url);
  const ids = received
    .filter(({ path }) => path === pathname)
    .map(({ body }) => (JSON.parse(body) as Stripe.Event).id);
  return [...new Set(ids)].toSorted();
}

/** Confirms most events, and others when they come again. */
async function startMoody(): Promise<Receiver> {
  const receiver = await startReceiver();
  const random = randomFrom(SEED);
  receiver.answer = (response): void => void response.writeHead(random.oneIn(10) ? 500 : 200).end();
  endings.push(() => receiver.close());
  return receiver;
}

it(
  `loses and doubles nothing that it answered when it is killed ${KILLS} times`,
  async () => {
    console.log(`killed ${KILLS} times from SANDBOX_SEED=${SEED}`);
    const receiver = await startMoody();
    const options = { seed: 'kill', journalFile: join(folder, 'journal') };
    const victim = new Victim({ ...options, compactAboveBytes: COMPACT_ABOVE_BYTES }, SEED);
    endings.push(() => victim.end());
    const started = await startValidated({ seed: 'kill', clock: () => NOW_MS });
    endings.push(() => started.sandbox.close());
    const killed = askingAt(victim, receiver, 'killed');
    const twin = askingAt(hostOf(started), receiver, 'twin');

    const compare = async (isWhole: boolean): Promise<void> => {
      if (isWhole) for (const each of [killed, twin]) await allSettled(each);
      await victim.running();
      const [found, expected] = [await seenAt(victim, isWhole), await seenAt(twin.host, isWhole)];
      expect(differences(found, expected)).toStrictEqual([]);
      if (isWhole) expect(cameTo(killed, receiver)).toStrictEqual(cameTo(twin, receiver));
    };

    const done: string[] = [];
    const killedIn = new Map<string, number>();
    const drawn = randomFrom(SEED + 1);
    for (const each of [killed, twin]) await begin(each);
    let seen = 0;
    while (victim.killed < KILLS) {
      if (drawn.oneIn(DEEDS_A_KILL)) victim.arm();
      const name = await doSomething(killed);
      done.push(name);
      await doSomething(twin);
      expect(killed.answers.splice(0), done.slice(-5).join()).toStrictEqual(twin.answers.splice(0));
      if (victim.killed === seen) continue;
      const isTime = Math.floor(victim.killed / KILLS_A_LOOK) > Math.floor(seen / KILLS_A_LOOK);
      seen = victim.killed;
      victim.disarm();
      killedIn.set(name, (killedIn.get(name) ?? 0) + 1);
      await compare(isTime);
    }
    await compare(true);
    const events = cameTo(twin, receiver).length;
    console.log(`${done.length} deeds, ${events} events;`, victim.kills, killedIn);
  },
  60_000 + KILLS * 15_000,
);
