import { parseArgs } from 'node:util';
import { live, type Lived } from './lives/life.ts';
import { startValidated } from './validated.fixture.ts';

export interface LivesOptions {
  readonly seed: number;
  /** In all lives together. */
  readonly steps: number;
  readonly onLife?: (steps: number) => void;
}

export const STEPS_A_LIFE = 20;

/** Why a life is not as it must be, with what it takes to live it again. */
export interface Failure {
  readonly seed: number;
  readonly reasons: readonly string[];
  readonly log: readonly string[];
}

/** Lives lives of so many steps until one fails; each in one step of time, and in several. */
export async function liveLives({ seed, steps, onLife }: LivesOptions): Promise<Failure | null> {
  for (let done = 0; done < steps; done += 2 * STEPS_A_LIFE) {
    const failure = await liveTwice(seed + done);
    if (failure !== null) return failure;
    onLife?.(done + 2 * STEPS_A_LIFE);
  }
  return null;
}

/** How far time is moved at once must make no difference to what there is in the end. */
async function liveTwice(seed: number): Promise<Failure | null> {
  const log: string[] = [];
  try {
    const [once, inParts] = [await liveOnce(seed, 1, log), await liveOnce(seed, 3, [])];
    const reasons = [...once.breaches, ...inParts.breaches, ...differences(once, inParts)];
    return reasons.length === 0 ? null : { seed, reasons, log };
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { seed, reasons: [reason], log };
  }
}

/** Of the sandbox's own clock, by which no customer here lives. */
const NOW_MS = 1_760_000_000_000;

async function liveOnce(seed: number, parts: number, log: string[]): Promise<Lived> {
  const started = await startValidated({
    seed: `life ${seed}`,
    clock: () => NOW_MS,
    knowsAllWords: true,
  });
  try {
    return await live(started, { seed, steps: STEPS_A_LIFE, parts, log });
  } finally {
    await started.sandbox.close();
  }
}

/** Each sandbox has a port of its own, which is in the addresses of its pages. */
const OWN_ADDRESS = /http:\/\/127\.0\.0\.1:\d+/g;

function differences(once: Lived, inParts: Lived): string[] {
  const found: string[] = [];
  for (const name of ['subscriptions', 'invoices', 'charges', 'balance', 'customer'] as const) {
    const [one, other] = [once, inParts].map(({ account }) =>
      JSON.stringify(account[name]).replaceAll(OWN_ADDRESS, ''),
    );
    if (one === other) continue;
    const at = Array.from(one!).findIndex((character, index) => character !== other![index]);
    const near = (text: string): string => text.slice(Math.max(0, at - 200), at + 100);
    found.push(`${name} differ with the parts of time:\n  ${near(one!)}\n  ${near(other!)}`);
  }
  return found;
}

const USUAL_STEPS = '1000000';

/** `node --conditions=@whisperforge/source stripe-sandbox/test/lives.ts --steps 9999 --seed 1` */
async function soak(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      steps: { type: 'string', default: USUAL_STEPS },
    },
  });
  const [seed, steps] = [Number(values.seed), Number(values.steps)];
  process.stdout.write(`${steps} steps of lives from seed ${seed}\n`);
  const onLife = (done: number): void => {
    if (done % 10_000 < 2 * STEPS_A_LIFE) process.stdout.write(`${done} steps\n`);
  };
  const failure = await liveLives({ seed, steps, onLife });
  if (failure === null) return;
  process.stdout.write(`${describeFailure(failure)}\n`);
  process.exitCode = 1;
}

export function describeFailure({ seed, reasons, log }: Failure): string {
  const again = `Repeat with: stripe-sandbox/test/lives.ts --steps 1 --seed ${seed}`;
  return [...reasons, '', ...log, '', again].join('\n');
}

if (import.meta.main) await soak();
