import { EVENTS_PER_BATCH } from '../load/questions.ts';
import { scenarios, USERS } from '../scenarios.ts';
import type { BenchSystem } from '../system.ts';
import { measure, orderOf, type Figures } from './measure.ts';
import { measureRounds, type Compared, type Extent } from './rounds.ts';

/** What was measured with so many events stored. */
export interface Size {
  readonly events: number;
  /** What the measurements themselves had added by their end. */
  readonly eventsAtEnd: number;
  readonly compared: readonly Compared[];
  /** Of filling up to this size, through the same door. */
  readonly fill: Figures;
}

const MEASURED = ['check', 'track', 'reserve-commit', 'batch'];
/** Up to here the events are taken away and made anew before each measurement. */
const LARGEST_RENEWED = 100_000;

export interface GrowthOptions {
  readonly sizes: readonly number[];
  readonly extent: Extent;
  readonly tell: (line: string) => void;
}

/** Measures the same with more and more events stored, all of them booked over HTTP. */
export async function measureGrowth(system: BenchSystem, options: GrowthOptions): Promise<Size[]> {
  const { tell, extent } = options;
  const sizes: Size[] = [];
  for (const events of options.sizes) {
    const fill = await fillUp(system, events, tell);
    await system.ledger.settle();
    const isRenewed = events <= LARGEST_RENEWED;
    const compared = await measureRounds(
      system,
      scenarios.filter(({ name }) => MEASURED.includes(name)),
      extent,
      { tell, ...(isRenewed && { prepare: () => renew(system, events) }) },
    );
    sizes.push({ events, eventsAtEnd: system.ledger.events, compared, fill });
  }
  return sizes;
}

/** At a small size what one measurement adds would else be many times what there was. */
async function renew(system: BenchSystem, events: number): Promise<void> {
  await system.ledger.forgetEvents();
  await fillUp(system, events, () => undefined);
}

async function fillUp(
  system: BenchSystem,
  events: number,
  tell: (line: string) => void,
): Promise<Figures> {
  const before = system.ledger.events;
  const questions = Math.max(1, Math.ceil((events - before) / EVENTS_PER_BATCH));
  tell(`Storing ${events.toLocaleString('en-US')} events …`);
  const batch = scenarios.find(({ name }) => name === 'batch')!;
  const order = {
    ...orderOf(batch, { kind: 'questions', questions }),
    users: { kind: 'some', below: USERS },
  } as const;
  let toldAt = 0;
  return measure(system, order, (done) => {
    if (done - toldAt < questions / 20) return;
    toldAt = done;
    tell(`  ${(before + done * EVENTS_PER_BATCH).toLocaleString('en-US')} events`);
  });
}
