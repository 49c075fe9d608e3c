import type { ManualClock } from '@whisperforge/kernel/clock';
import {
  drawBoost,
  drawConsent,
  drawEndGrant,
  drawPack,
  drawPlanChange,
  drawSubscription,
} from './draw-command.ts';
import {
  drawBatch,
  drawBooking,
  drawCheck,
  drawHoldDeed,
  drawLevel,
  drawRepeat,
  drawReserve,
  drawTrack,
  drawUsage,
} from './draw-usage.ts';
import { connectionLost, unluckyProcess, type Process } from './process.ts';
import type { Resident } from './resident.ts';
import { answerOf, compare, perform, type Step } from './step.ts';

type Draw = (resident: Resident) => Step;

const USAGE: readonly (readonly [number, Draw])[] = [
  [26, drawTrack],
  [8, drawBatch],
  [10, drawRepeat],
  [14, drawReserve],
  [16, drawHoldDeed],
  [5, drawLevel],
  [14, drawCheck],
  [4, drawUsage],
];
const COMMANDS: readonly (readonly [number, Draw])[] = [
  [7, drawSubscription],
  [3, drawPlanChange],
  [4, drawBoost],
  [5, drawPack],
  [3, drawEndGrant],
  [1, drawConsent],
];

function drawFrom(table: readonly (readonly [number, Draw])[], resident: Resident): Step {
  let left = resident.random.next() * table.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, draw] of table) {
    left -= weight;
    if (left < 0) return draw(resident);
  }
  return table[0]![1](resident);
}

const COMMAND_SHARE = 0.13;

function drawStep(resident: Resident): Step {
  return drawFrom(resident.random.chance(COMMAND_SHARE) ? COMMANDS : USAGE, resident);
}

/** The processes that a resident meets, and the clock that all follow. */
export interface Stage {
  readonly processes: readonly Process[];
  readonly clock: ManualClock;
  /** Told of every step before it is done. */
  note(text: string): void;
}

/** Does what a resident does at one instant. */
export async function act(resident: Resident, stage: Stage): Promise<void> {
  const { random } = resident;
  const process = random.pick(stage.processes);
  const kind = random.next();
  if (kind < 0.04) return loseAnswer(resident, stage, process);
  if (kind < 0.07) return overtake(resident, stage, process);
  if (kind < 0.14) return atOnce(resident, stage, process);
  const step = drawStep(resident);
  stage.note(step.text);
  return perform(step, process);
}

/** The connection is cut before or after the commit; the caller asks again. */
async function loseAnswer(resident: Resident, stage: Stage, process: Process): Promise<void> {
  const { random } = resident;
  const step = drawStep(resident);
  const isBefore = step.isCommand || random.chance(0.5);
  stage.note(`${step.text}, cut off ${isBefore ? 'before' : 'after'} the commit`);
  const cut = (): never => {
    throw connectionLost();
  };
  const unlucky = unluckyProcess(process, stage.clock, {
    ...(step.isCommand && { beforeCommit: cut }),
    ...(isBefore ? { beforeWrite: async () => cut() } : { afterWrite: cut }),
  });
  const first = await answerOf(step, unlucky);
  const isCut = isRefusal(first) && first.error === connectionLost().code;
  // What writes nothing, or is refused before, cannot be cut off.
  if (!isCut) return compare(step.text, step.expect(), first);
  if (isBefore) return perform(step, process);
  step.expect();
  if (step.isRepeatable) await perform(step, process);
}

function isRefusal(answer: unknown): answer is { readonly error: string } {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

/** Others are quicker, up to so often that the step takes locks; each time it begins anew. */
async function overtake(resident: Resident, stage: Stage, process: Process): Promise<void> {
  const { random } = resident;
  const times = random.between(1, 4);
  const step = random.pick([drawBooking, drawBooking, drawReserve, drawLevel])(resident);
  const unlucky = unluckyProcess(process, stage.clock, {
    async beforeWrite(attempt) {
      if (attempt > times) return;
      // Only what is counted already stands in the way of what was read before a command.
      const other = resident.model.isTouched ? drawStep(resident) : drawFrom(USAGE, resident);
      stage.note(`${other.text}, overtaking ${step.text}`);
      await perform(other, random.pick(stage.processes));
    },
  });
  const actual = await answerOf(step, unlucky);
  stage.note(step.text);
  compare(step.text, step.expect(), actual);
}

/** Several requests arrive together and are answered in the order of their arrival. */
async function atOnce(resident: Resident, stage: Stage, process: Process): Promise<void> {
  const { random } = resident;
  // Whoever has been seen by a process is known to it by their account.
  const steps = [drawTrack(resident)];
  stage.note(steps[0]!.text);
  await perform(steps[0]!, process);
  const together = Array.from({ length: random.between(2, 4) }, () =>
    random.pick([drawTrack, drawReserve, drawHoldDeed, drawLevel, drawBatch])(resident),
  );
  stage.note(`at once: ${together.map((step) => step.text).join('; ')}`);
  const answers = await Promise.all(together.map((step) => answerOf(step, process)));
  for (const [index, step] of together.entries()) {
    compare(step.text, step.expect(), answers[index]);
  }
}
