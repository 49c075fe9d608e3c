import { parseArgs } from 'node:util';
import {
  createWitness,
  liveTwice,
  STEPS_A_LIFE,
  type Failure,
  type Witness,
} from './lives/twice.ts';

export interface LivesOptions {
  readonly seed: number;
  /** In all lives together. */
  readonly steps: number;
  readonly witness?: Witness;
  readonly onLife?: (steps: number) => void;
}

/** Each life is lived twice: in one step of time, and in several. */
export const STEPS_A_SEED = 2 * STEPS_A_LIFE;

/** Lives lives of so many steps until one fails; each has the next seed. */
export async function liveLives(options: LivesOptions): Promise<Failure | null> {
  const { seed, steps, witness = createWitness(), onLife } = options;
  for (let lives = 0; lives * STEPS_A_SEED < steps; lives += 1) {
    const failure = await liveTwice(seed + lives, witness);
    if (failure !== null) return failure;
    onLife?.((lives + 1) * STEPS_A_SEED);
  }
  return null;
}

const USUAL_STEPS = '1000000';
/** In fewer lives what comes seldom need not have come. */
const STEPS_FOR_ALL_KINDS = 100_000;
const TOLD_EVERY = 10_000;

const COMMAND = 'node --conditions=@whisperforge/source stripe-sandbox/test/lives.ts';

/** `--steps 100000 --seed 1`; tells how far it is, and in the end how often each kind came. */
async function soak(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
      steps: { type: 'string', default: USUAL_STEPS },
    },
  });
  const [seed, steps] = [Number(values.seed), Number(values.steps)];
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(`${steps} steps of lives from seed ${seed}`);
  const begunMs = performance.now();
  const onLife = (done: number): void => {
    const seconds = ((performance.now() - begunMs) / 1000).toFixed(0);
    if (done % TOLD_EVERY < STEPS_A_SEED) say(`${done} steps in ${seconds} s`);
  };
  const witness = createWitness();
  const failure = await liveLives({ seed, steps, witness, onLife });
  if (failure !== null) {
    process.exitCode = 1;
    return say(describeFailure(failure));
  }
  for (const line of witness.tally.describe()) say(line);
  if (steps < STEPS_FOR_ALL_KINDS) return;
  for (const kind of witness.tally.listMissing()) {
    say(`never came: ${kind}`);
    process.exitCode = 1;
  }
}

export function describeFailure({ seed, reasons, log }: Failure): string {
  const again = `Repeat with: ${COMMAND} --steps 1 --seed ${seed}`;
  return [...reasons, '', ...log, '', again].join('\n');
}

if (import.meta.main) await soak();
