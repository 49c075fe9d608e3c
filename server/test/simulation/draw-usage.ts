import { DAY } from './model/calendar.ts';
import type { Said, TrackSaid } from './model/book.ts';
import { comingInstant, nextNumber, type Resident } from './resident.ts';
import { FIRST_METERED, LEVELS, METERED, micro } from './sold.ts';
import type { Step } from './step.ts';
import {
  batchStep,
  checkStep,
  commitStep,
  extendStep,
  levelStep,
  releaseStep,
  reserveStep,
  trackStep,
  usageStep,
} from './usage-steps.ts';

const OLDEST = 34 * DAY;
const AHEAD = 5 * 60_000;

/** Mostly of the size of the limits, at times tiny, nothing, or of many decimals. */
function amountFor(resident: Resident): bigint {
  const { random } = resident;
  const kind = random.next();
  if (kind < 0.05) return 0n;
  if (kind < 0.12) return BigInt(random.between(1, 9));
  if (kind < 0.3) return BigInt(random.between(1, 20_000_000));
  if (kind < 0.95) return BigInt(random.between(1, 15)) * 1_000_000n;
  return micro(String(random.between(30, 300)));
}

function tokensFor(resident: Resident): number {
  const { random } = resident;
  return random.chance(0.4) ? 0 : random.between(1, 2_000);
}

function saidOf(resident: Resident): Said {
  return {
    amount: amountFor(resident),
    tokensIn: tokensFor(resident),
    tokensOut: tokensFor(resident),
  };
}

/** Now, a moment ahead, or up to 34 days ago: at a tick, at the turn of a period, or anywhere. */
function occurredFor(resident: Resident): number | undefined {
  const { random, world, model } = resident;
  const kind = random.next();
  if (kind < 0.6) return undefined;
  if (kind < 0.65) return world.nowMs + random.between(0, AHEAD);
  const oldest = world.nowMs - OLDEST;
  if (kind < 0.85) return random.between(oldest, world.nowMs);
  const turns = (model.periods.get('minutes') ?? []).flatMap(({ startMs }) => [
    startMs - 1,
    startMs,
  ]);
  const near = [...turns, ...world.ticks].filter((tick) => tick >= oldest && tick <= world.nowMs);
  return near.length === 0 ? oldest : random.pick(near);
}

function keyFor(resident: Resident): string | undefined {
  return resident.random.chance(0.5) ? `key ${nextNumber(resident)}` : undefined;
}

function trackSaid(resident: Resident): TrackSaid {
  const { random, world } = resident;
  const sold = METERED.filter((key) => world.features.has(key));
  return {
    ...saidOf(resident),
    event: random.pick(['speech', 'speech', 'note', 'opened', ...sold]),
    key: keyFor(resident),
    occurredMs: occurredFor(resident),
    enforce: random.chance(0.3),
  };
}

export function drawTrack(resident: Resident): Step {
  return trackStep(resident, trackSaid(resident));
}

/** One that is new and that nothing refuses, so that it changes every balance it answers with. */
export function drawBooking(resident: Resident): Step {
  const { random, holds } = resident;
  const standing = holds.filter(({ hold, id }) => hold.status === 'held' && id !== '');
  if (standing.length > 0 && random.chance(0.3)) {
    return commitStep(resident, random.pick(standing), saidOf(resident));
  }
  return trackStep(resident, { ...trackSaid(resident), enforce: false });
}

export function drawBatch(resident: Resident): Step {
  const count = resident.random.between(1, 5);
  const all = Array.from({ length: count }, () => trackSaid(resident));
  const first = all[0]!;
  // One of them may come twice, or claim the key of another.
  if (resident.random.chance(0.3)) all.push(first);
  if (resident.random.chance(0.1)) all.push({ ...first, amount: first.amount + 1n });
  return batchStep(resident, all);
}

/** Something that was sent before is sent again, at times with another amount. */
export function drawRepeat(resident: Resident): Step {
  const { random, world } = resident;
  const past = resident.said.slice(-30);
  if (past.length === 0) return drawTrack(resident);
  const { kind, said } = random.pick(past);
  const amount = random.chance(0.15) ? said.amount + 1n : said.amount;
  if (kind === 'reserve') return reserveStep(resident, { ...said, amount });
  const { occurredMs } = said;
  const isTooOld = occurredMs !== undefined && occurredMs < world.nowMs - OLDEST;
  return trackStep(resident, { ...said, amount, ...(isTooOld && { occurredMs: undefined }) });
}

const LONGEST_HOLD = 7 * DAY;

function ttlFor(resident: Resident): number {
  const { random, world } = resident;
  const soon = comingInstant(resident) - world.nowMs;
  return Math.min(random.chance(0.7) ? soon : random.between(1, LONGEST_HOLD), LONGEST_HOLD);
}

export function drawReserve(resident: Resident): Step {
  const { random, world } = resident;
  const sold = METERED.filter((key) => world.features.has(key));
  const amount = amountFor(resident);
  return reserveStep(resident, {
    feature: random.pick(['minutes', 'minutes', ...sold, ...LEVELS]),
    amount: amount === 0n ? 1n : amount,
    ttlMs: ttlFor(resident),
    key: keyFor(resident),
  });
}

/** Commits, releases or extends what was held; mostly what still is, but not only. */
export function drawHoldDeed(resident: Resident): Step {
  const { random } = resident;
  // Of some the name was lost together with the answer.
  const recent = resident.holds.slice(-12).filter(({ id }) => id !== '');
  if (recent.length === 0) return drawReserve(resident);
  const standing = recent.filter(({ hold }) => hold.status === 'held');
  const held = random.pick(standing.length > 0 && random.chance(0.75) ? standing : recent);
  const kind = random.next();
  if (kind < 0.25) return extendStep(resident, held, ttlFor(resident));
  if (kind < 0.4) return releaseStep(resident, held);
  const { amount, committed } = held.hold;
  const used = random.pick([
    amount,
    amount / 2n,
    amount + amountFor(resident),
    0n,
    committed ?? amount,
  ]);
  return commitStep(resident, held, { ...saidOf(resident), amount: used });
}

export function drawLevel(resident: Resident): Step {
  const { random } = resident;
  return levelStep(resident, random.pick(LEVELS), BigInt(random.between(0, 20)) * 1_000_000n);
}

export function drawCheck(resident: Resident): Step {
  const { random, world } = resident;
  const feature = random.pick([...world.features.keys()]);
  const values = ['small', 'medium', 'large', 'standard', 'fast'];
  return checkStep(resident, {
    feature,
    amount: amountFor(resident),
    value: random.chance(0.6) ? random.pick(values) : undefined,
  });
}

export function drawUsage(resident: Resident): Step {
  const { random, world } = resident;
  const sold = METERED.filter((key) => world.features.has(key));
  return usageStep(resident, random.chance(0.5) ? FIRST_METERED : [...sold, ...LEVELS]);
}
