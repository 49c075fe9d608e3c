import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { DAY_MS } from '@whisperforge/kernel/period';
import { makeTestFolder } from '../../../../../tools/postgres/test/folders.ts';
import type { Random } from '../../support/random.ts';
import type { Stage } from '../../support/stage.ts';
import { superviseServer, type SupervisedServer } from '../../support/supervised-server.ts';
import { inTurn } from '../order/life.ts';
import { KEY, openRig, SECRET, type Rig } from '../support/rig.ts';
import { openCalm, STAFF, type Calm } from './calm.ts';
import { expectSameAsStripe } from './compare.ts';
import { createDelivery, deliverTo, scatter, type Delivery } from './delivery.ts';
import { killAmong, workedOff } from './kills.ts';
import { DAYS, live, STRETCHES, type Life, type Scene } from './lives.ts';
import { expectOnce, watchSubscriptions } from './once.ts';
import { expectReconciled, silenceSweeps, sweepAll } from './reconcile.ts';
import { GRACE_DAYS, openShop } from './shop.ts';

export interface ChaosSize {
  readonly customers: number;
  readonly kills: number;
  /** How many of them live a second time in a system to which nothing happens. */
  readonly calm: number;
}

const WAY = { lost: 0.1, twice: 0.3 };

/**
 * Many customers live, Stripe tells of it in any order, twice or not at all, and two servers that
 * take it in and work it off are killed at random points. What was never told is found by a sweep.
 * In the end everything on record is as Stripe lists it and as in a system in which each customer
 * was looked at once; what was acknowledged is there, and every effect has happened once.
 */
export async function chaos(stage: Stage, size: ChaosSize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const startMs = systemClock.nowMs() - (DAYS + 1) * DAY_MS;
  await using rig = await openRig(databaseUrl, `chaos ${stage.seed}`, startMs);
  await watchSubscriptions(rig);
  await silenceSweeps(rig);
  const scene: Scene = { rig, shop: await openShop(rig) };
  const lives: Life[] = [];
  await inTurn(Array.from({ length: size.customers }), async () => {
    lives.push({ ...(await rig.customer()), subscriptionId: null });
  });
  const twins = lives.slice(0, size.calm);
  await using calm = await openCalm(stage, rig, twins);
  await using running = new AsyncDisposableStack();
  const compiled = running.adopt(makeTestFolder(), (folder) => folder.delete());
  const storm: Storm = {
    stage,
    size,
    scene,
    lives,
    twins,
    calm,
    servers: [],
    start: async () =>
      running.use(await superviseServer(optionsOf(rig, databaseUrl, compiled.path))),
    delivery: createDelivery(),
    told: new Set(),
    delivered: 0,
    workingMs: 0,
  };
  const beganMs = performance.now();
  for (const [number] of STRETCHES.entries()) await liveThrough(storm, number);
  await expectKept(rig, storm.delivery.acknowledged);
  const seconds = (): string => ((performance.now() - beganMs) / 1_000).toFixed(0);
  stage.say(`${storm.told.size} events told in ${seconds()} s; sweeping`);
  const found = await sweepAll(rig, startMs);
  await workedOff(rig);
  await expectKept(rig, storm.told);
  await calm.look(twins);
  await expectAll(storm, found);
  stage.say(`${seconds()} s in all`);
}

interface Storm {
  readonly stage: Stage;
  readonly size: ChaosSize;
  readonly scene: Scene;
  readonly lives: readonly Life[];
  readonly twins: readonly Life[];
  readonly calm: Calm;
  readonly servers: SupervisedServer[];
  readonly start: () => Promise<SupervisedServer>;
  readonly delivery: Delivery;
  /** Every event that an endpoint listens to, whether it arrives or not. */
  readonly told: Set<string>;
  delivered: number;
  workingMs: number;
}

function optionsOf(rig: Rig, databaseUrl: string, compiled: string) {
  return {
    databaseUrl,
    secretKey: `wf_test_${randomText(40)}`,
    role: 'all',
    program: 'server/test/scenarios/payments/support/serve-at.ts',
    env: {
      STRIPE_SECRET_KEY: KEY,
      STRIPE_API_BASE: rig.sandbox.url,
      STRIPE_WEBHOOK_SECRET: SECRET,
      GRACE_DAYS: String(GRACE_DAYS),
      STAFF_EMAIL: STAFF,
      // Most of a start is reading the sources, which do not change between two of them.
      NODE_COMPILE_CACHE: compiled,
      // As it is when a server starts.
      get SCENARIO_NOW_MS() {
        return String(rig.clock.nowMs());
      },
    },
  } as const;
}

/** Everybody lives through a stretch of time, and what is told of it is worked off. */
async function liveThrough(storm: Storm, number: number): Promise<void> {
  const { stage, scene, lives, servers, delivery, twins, calm } = storm;
  const { random } = stage;
  const events = await live(scene, lives, { number, random });
  for (const { id } of events) storm.told.add(id);
  await calm.takeOver();
  await startAnew(storm, random);
  const sent = scatter(events, random, WAY);
  const sentMs = performance.now();
  const kills = Math.ceil(storm.size.kills / STRETCHES.length);
  const killing = killAmong(scene.rig, servers, { kills, random, delivery, among: sent.length });
  await deliverTo(servers, sent, { delivery, random });
  const deliveredMs = performance.now();
  await killing;
  await workedOff(scene.rig);
  storm.workingMs += performance.now() - sentMs;
  storm.delivered += sent.length;
  const heard = new Set(sent.map(({ data }) => customerIdOf(data.object)));
  await calm.look(twins.filter(({ customerId }) => heard.has(customerId)));
  const lag = ((performance.now() - deliveredMs) / 1_000).toFixed(1);
  stage.say(`${events.length} events told, ${sent.length} deliveries, ${lag} s after the last`);
}

function customerIdOf(object: object): string {
  const said = object as { object?: string; id?: string; customer?: string };
  return (said.object === 'customer' ? said.id : said.customer) ?? '';
}

/** Servers whose clock stands where everybody lives now. */
async function startAnew({ servers, start }: Storm, random: Random): Promise<void> {
  if (servers.length === 0) servers.push(...(await Promise.all([start(), start()])));
  else for (const server of servers) await server.kill(random);
}

async function expectAll(storm: Storm, found: number): Promise<void> {
  const { stage, scene, lives, calm, servers } = storm;
  const { rig } = scene;
  const compared = await expectSameAsStripe(rig, lives);
  const effects = await expectOnce(rig);
  const rows = await calm.expectSame();
  await expectReconciled(rig, lives.length);
  const bugs = servers.flatMap((server) => server.bugs);
  assert.deepEqual(bugs.slice(0, 1), [], `${bugs.length} faults that were not foreseen`);
  const perSecond = ((storm.delivered / storm.workingMs) * 1_000).toFixed(0);
  stage.say(
    `${lives.length} customers, ${storm.told.size} events, ${storm.delivered} deliveries worked ` +
      `off at ${perSecond} a second, ${found} found by the sweep`,
  );
  stage.say(
    `${compared.subscriptions} subscriptions and ${compared.invoices} invoices as at Stripe, ` +
      `${effects} effects once, ${rows} rows of ${storm.twins.length} customers as in the calm`,
  );
}

async function expectKept({ rows }: Pick<Rig, 'rows'>, ids: ReadonlySet<string>): Promise<void> {
  const kept = await rows<{ id: string; state: string }>('SELECT id, state FROM stripe_events');
  const states = new Map(kept.map(({ id, state }) => [id, state]));
  const missing = [...ids].filter((id) => states.get(id) !== 'done');
  assert.deepEqual(missing, [], 'what was acknowledged is kept and handled');
}
