import assert from 'node:assert/strict';
import type { Random } from '../support/random.ts';
import type { Stage } from '../support/stage.ts';
import { startDrivenServer, type DrivenServer } from './driven-server.ts';

export interface InstantsSize {
  /** Of each kind: reservations, boosts, packs, plan changes, periods. */
  readonly casesEach: number;
}

const START_MS = Date.UTC(2027, 10, 29, 23, 59, 59, 999);
const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
/** Within every quota period, however short its month, so that it is the expiry that is seen. */
const LONGEST_MS = 27 * DAY_MS;
const FREE_MINUTES = 60;
const PRO_MINUTES = 300;

/** Something that ends at an instant: what is before it, and from it on. */
interface Ending {
  readonly atMs: number;
  readonly expectBefore: () => Promise<void>;
  readonly expectFrom: () => Promise<void>;
}

type Begin = (server: DrivenServer, user: string, random: Random) => Promise<Ending>;

const KINDS: Readonly<Record<string, Begin>> = {
  'a reservation': reservationEnds,
  'an extended reservation': extendedReservationEnds,
  'a boost': (server, user, random) => extraEnds(server, user, { random, kind: 'boost' }),
  'a pack': (server, user, random) => extraEnds(server, user, { random, kind: 'pack' }),
  'a plan change': planChangeEnds,
  'a quota period': periodEnds,
  'a quota period with a hold': periodWithHoldEnds,
};

/**
 * Whatever ends, ends for callers at its instant, and not a millisecond before: no job runs here
 * that could get round to it. All questions about it agree.
 */
export async function instants(stage: Stage, size: InstantsSize): Promise<void> {
  await using server = await startDrivenServer(stage, START_MS);
  for (const [kind, begin] of Object.entries(KINDS)) {
    for (let number = 0; number < size.casesEach; number += 1) {
      server.clock.advanceBy(stage.random.between(0, 3 * DAY_MS));
      const user = `${kind.replaceAll(' ', '-')}-${number}`;
      await server.makeUser(user);
      const ending = await begin(server, user, stage.random);
      if (stage.random.chance(0.5)) await ending.expectBefore();
      server.clock.advanceTo(ending.atMs - 1);
      await ending.expectBefore();
      server.clock.advanceTo(ending.atMs);
      await ending.expectFrom();
    }
    stage.say(`${kind}: ${size.casesEach} endings at their instant`);
  }
}

async function expectStanding(
  server: DrivenServer,
  user: string,
  expected: Partial<Awaited<ReturnType<DrivenServer['standing']>>>,
): Promise<void> {
  assert.partialDeepStrictEqual(await server.standing(user), expected);
}

async function reservationEnds(
  server: DrivenServer,
  user: string,
  random: Random,
): Promise<Ending> {
  const ttlSeconds = random.between(1, 7 * 86_400);
  const held = random.between(1, FREE_MINUTES);
  const id = await server.reserve(user, held, ttlSeconds);
  return holdEnds(server, { user, id, held, atMs: server.clock.nowMs() + ttlSeconds * SECOND_MS });
}

async function extendedReservationEnds(
  server: DrivenServer,
  user: string,
  random: Random,
): Promise<Ending> {
  const held = random.between(1, FREE_MINUTES);
  const firstSeconds = random.between(1, 86_400);
  const id = await server.reserve(user, held, firstSeconds);
  // At its last millisecond it can still be extended.
  server.clock.advanceBy(firstSeconds * SECOND_MS - 1);
  const moreSeconds = random.between(1, 86_400);
  await server.post(`/v1/reservations/${id}/extend`, { ttl_seconds: moreSeconds });
  return holdEnds(server, { user, id, held, atMs: server.clock.nowMs() + moreSeconds * SECOND_MS });
}

function holdEnds(
  server: DrivenServer,
  hold: {
    readonly user: string;
    readonly id: string;
    readonly held: number;
    readonly atMs: number;
  },
): Ending {
  const { user, id, held, atMs } = hold;
  return {
    atMs,
    async expectBefore() {
      const remaining = FREE_MINUTES - held;
      await expectStanding(server, user, { reserved: held, remaining, used: 0 });
      assert.equal(await server.mayUse(user, remaining + 1), false);
    },
    async expectFrom() {
      await expectStanding(server, user, { reserved: 0, remaining: FREE_MINUTES, used: 0 });
      assert.equal(await server.mayUse(user, FREE_MINUTES), true);
      const { late } = await server.post<{ late: boolean }>(`/v1/reservations/${id}/commit`, {
        amount: held,
      });
      assert.equal(late, true);
      await expectStanding(server, user, { reserved: 0, used: held });
    },
  };
}

/** What was used of it while it lasted stays covered; what is left of it is gone. */
async function extraEnds(
  server: DrivenServer,
  user: string,
  of: { readonly random: Random; readonly kind: 'boost' | 'pack' },
): Promise<Ending> {
  const { random, kind } = of;
  const extra = random.between(1, 100);
  const used = random.between(0, FREE_MINUTES + extra);
  const atMs = server.clock.nowMs() + random.between(1, LONGEST_MS);
  const granted = { feature: 'audio_minutes', amount: String(extra), expiresMs: atMs };
  if (kind === 'boost') await server.staff.boost(user, granted);
  else await server.staff.grantPack(user, { ...granted, sourceId: user });
  if (used > 0) await server.use(user, used);
  const covered = Math.max(FREE_MINUTES, used);
  return {
    atMs,
    async expectBefore() {
      const limit = FREE_MINUTES + extra;
      await expectStanding(server, user, { limit, used, remaining: limit - used });
      if (limit > used) assert.equal(await server.mayUse(user, limit - used), true);
      assert.equal(await server.mayUse(user, limit - used + 1), false);
    },
    async expectFrom() {
      await expectStanding(server, user, { limit: covered, used, remaining: covered - used });
      assert.equal(await server.mayUse(user, covered - used + 1), false);
    },
  };
}

async function planChangeEnds(server: DrivenServer, user: string, random: Random): Promise<Ending> {
  const atMs = server.clock.nowMs() + random.between(1, LONGEST_MS);
  await server.staff.overridePlan(user, 'pro', atMs);
  const used = random.between(0, PRO_MINUTES);
  if (used > 0) await server.use(user, used);
  const question = { user, feature: 'custom_prompts' };
  return {
    atMs,
    async expectBefore() {
      const remaining = PRO_MINUTES - used;
      await expectStanding(server, user, { plan: 'pro', limit: PRO_MINUTES, used, remaining });
      assert.partialDeepStrictEqual(await server.post('/v1/check', question), { allowed: true });
    },
    async expectFrom() {
      const remaining = Math.max(0, FREE_MINUTES - used);
      await expectStanding(server, user, { plan: 'free', limit: FREE_MINUTES, used, remaining });
      assert.equal(await server.mayUse(user, remaining + 1), false);
      assert.partialDeepStrictEqual(await server.post('/v1/check', question), {
        allowed: false,
        reason: 'feature_not_in_plan',
        upgrade: 'pro',
      });
    },
  };
}

async function periodEnds(server: DrivenServer, user: string, random: Random): Promise<Ending> {
  const used = random.between(1, FREE_MINUTES);
  await server.use(user, used);
  const { periodEnd } = await server.standing(user);
  return {
    atMs: Date.parse(periodEnd),
    async expectBefore() {
      await expectStanding(server, user, { used, remaining: FREE_MINUTES - used, periodEnd });
      assert.equal(await server.mayUse(user, FREE_MINUTES - used + 1), false);
    },
    async expectFrom() {
      await expectStanding(server, user, {
        used: 0,
        remaining: FREE_MINUTES,
        periodStart: periodEnd,
      });
      assert.equal(await server.mayUse(user, FREE_MINUTES), true);
    },
  };
}

/** A hold that outlives its period takes nothing from the next, and is booked to its own. */
async function periodWithHoldEnds(
  server: DrivenServer,
  user: string,
  random: Random,
): Promise<Ending> {
  const { periodStart, periodEnd } = await server.standing(user);
  const endMs = Date.parse(periodEnd);
  server.clock.advanceTo(endMs - random.between(1, 6 * DAY_MS));
  const held = random.between(1, FREE_MINUTES);
  const id = await server.reserve(user, held, 7 * 86_400);
  return {
    atMs: endMs,
    async expectBefore() {
      await expectStanding(server, user, { reserved: held, periodStart });
    },
    async expectFrom() {
      await expectStanding(server, user, { reserved: 0, used: 0, periodStart: periodEnd });
      const committed = await server.post(`/v1/reservations/${id}/commit`, { amount: held });
      assert.partialDeepStrictEqual(committed, {
        period_start: periodStart,
        used: held,
        reserved: 0,
        late: false,
      });
      await expectStanding(server, user, { reserved: 0, used: 0, periodStart: periodEnd });
    },
  };
}
