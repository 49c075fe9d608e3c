import { createJudge, createSamplingJudge, type Judge } from './world/judge.ts';
import { createWorld, textOf } from './world/world.ts';
import { live, type LifeOptions, type Lived } from './life.ts';
import { isSame } from './same.ts';
import { createTally, type Tally } from './tally.ts';

export const STEPS_A_LIFE = 40;

/** Why a life is not as it must be, with what it takes to live it again. */
export interface Failure {
  readonly seed: number;
  readonly reasons: readonly string[];
  readonly log: readonly string[];
}

/** What is kept from life to life. */
export interface Witness {
  /** Of most lives a sample is judged, of some everything. */
  readonly sampling: Judge;
  readonly whole: Judge;
  readonly tally: Tally;
}

const JUDGED_EVERY = 20;

export function createWitness(): Witness {
  return { sampling: createSamplingJudge(), whole: createJudge(), tally: createTally() };
}

/** In how many parts a year is lived the second time, as the seed has it. */
const FEWEST_PARTS = 12;
const MOST_PARTS = 40;

/** How far time is moved at once must make no difference to what there is in the end. */
export async function liveTwice(seed: number, witness: Witness): Promise<Failure | null> {
  const { tally } = witness;
  const log: string[] = [];
  const partsOfYear = FEWEST_PARTS + (seed % (MOST_PARTS - FEWEST_PARTS + 1));
  const atOnce = { parts: 1, partsOfYear: 1, isForeseen: true, log, tally };
  const inSteps = { parts: 2, partsOfYear, isForeseen: false, log: [], tally };
  try {
    const one = await liveOnce(seed, atOnce, witness);
    const other = await liveOnce(seed, inSteps, witness);
    const reasons = [...one.breaches, ...other.breaches, ...findDifferences(one, other)];
    return reasons.length === 0 ? null : { seed, reasons, log };
  } catch (error) {
    return { seed, reasons: [textOf(error)], log };
  }
}

type Living = Omit<LifeOptions, 'seed' | 'steps'>;

async function liveOnce(seed: number, living: Living, witness: Witness): Promise<Lived> {
  const isJudged = seed % JUDGED_EVERY === 0;
  const judge = isJudged ? witness.whole : witness.sampling;
  const world = createWorld({ seed: `life ${seed}`, judge, isJudged });
  try {
    const lived = await live(world, { seed, steps: STEPS_A_LIFE, ...living });
    return { ...lived, breaches: [...lived.breaches, ...world.takeProblems()] };
  } catch (error) {
    // What was wrong before may be why.
    throw new Error([...world.takeProblems(), textOf(error)].join('\n'), { cause: error });
  } finally {
    world.close();
  }
}

/** The objects in the end, and what was told on the way, in the same order. */
function findDifferences(once: Lived, inParts: Lived): string[] {
  const [one, other] = [once, inParts].map(wholeOf);
  return Object.entries(one!).flatMap(([name, value]) => {
    const another = other![name];
    return isSame(value, another) ? [] : [describeDifference(name, value, another)];
  });
}

function wholeOf({ account, events }: Lived): Readonly<Record<string, unknown>> {
  const told = events.map(({ type, created, data }) => ({ type, created, data }));
  return { ...account, told };
}

const SHOWN_BEFORE = 200;
const SHOWN_AFTER = 100;

function describeDifference(name: string, ...values: readonly [unknown, unknown]): string {
  const [one, other] = values.map((value) => JSON.stringify(value)) as [string, string];
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const near = (text: string): string =>
    text.slice(Math.max(0, at - SHOWN_BEFORE), at + SHOWN_AFTER);
  return `${name} differ with the parts of time:\n  ${near(one)}\n  ${near(other)}`;
}
