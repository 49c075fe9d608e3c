/** `npm run soak`: the scenarios of the tests at full size, for as long as one likes. */
import { Refusal } from './refusal.ts';
import { readArguments, USAGE, type SoakArguments } from './soak/arguments.ts';
import {
  deleteLeftClusters,
  listScenarios,
  playScenario,
  type ScenarioProcess,
} from './soak/scenario-process.ts';

const MINUTE_MS = 60_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const running: { scenario: ScenarioProcess | undefined; isStopped: boolean } = {
  scenario: undefined,
  isStopped: false,
};

try {
  const options = readArguments(process.argv.slice(2));
  if (options === undefined) print(USAGE);
  else process.exitCode = (await soak(options)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  process.exitCode = 2;
}

/** Answers whether everything held. */
async function soak({ minutes, seed, only }: SoakArguments): Promise<boolean> {
  const known = await listScenarios();
  if (only !== undefined && !known.includes(only)) {
    throw new Refusal(`There is no scenario ${only}; there are ${known.join(', ')}.`);
  }
  stopOnSignals();
  const startMs = performance.now();
  const elapsedMinutes = (): number => (performance.now() - startMs) / MINUTE_MS;
  // What has failed once is not played again: the rest of the time is for the others.
  const playing = new Set(only === undefined ? known : [only]);
  const failed: string[] = [];
  let held = 0;
  print(`Soaking ${[...playing].join(', ')} for ${minutes} minutes with seed ${seed}.`);
  for (let round = 0; playing.size > 0; round += 1) {
    for (const name of playing) {
      const isOver = round > 0 && elapsedMinutes() >= minutes;
      if (running.isStopped || isOver) {
        playing.clear();
        break;
      }
      const run = { name, seed: (seed + round) % 2 ** 32 };
      const end = await play(run);
      if (end === 'held') held += 1;
      if (end !== 'failed') continue;
      playing.delete(name);
      failed.push(`npm run soak -- --minutes 0 --seed ${run.seed} --only ${name}`);
    }
  }
  await deleteLeftClusters();
  print(`${held} held, ${failed.length} failed in ${elapsedMinutes().toFixed(1)} min`);
  for (const command of failed) print(`Repeat with: ${command}`);
  return failed.length === 0 && !running.isStopped;
}

interface Run {
  readonly name: string;
  readonly seed: number;
}

async function play(run: Run): Promise<'held' | 'failed' | 'interrupted'> {
  const sinceMs = performance.now();
  print(`${run.name}: seed ${run.seed}`);
  running.scenario = playScenario(run, (line) => print(`${run.name}: ${line}`));
  const { isHeld, leftSomething } = await running.scenario.played;
  running.scenario = undefined;
  const seconds = ((performance.now() - sinceMs) / 1_000).toFixed(1);
  if (running.isStopped) {
    print(`${run.name}: interrupted after ${seconds} s`);
    return 'interrupted';
  }
  print(`${run.name}: ${isHeld ? 'held' : 'FAILED'} after ${seconds} s`);
  if (leftSomething) print(`${run.name}: left processes running, which are ended now`);
  return isHeld && !leftSomething ? 'held' : 'failed';
}

/** Ends what runs; the clusters of what was killed are deleted at the end as after any run. */
function stopOnSignals(): void {
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      running.isStopped = true;
      running.scenario?.kill();
    });
  }
}
