import { assert } from '@whisperforge/kernel/assert';
import { parseQuantity } from '@whisperforge/kernel/quantity';
import type { Catalog } from '../../server/src/domains/plans/index.ts';
import type { TrackOperation } from '../../server/src/domains/usage/index.ts';
import type { Week } from './company/company.ts';
import type { Person } from './company/people.ts';
import type { Use } from './company/uses.ts';
import type { Doors } from './doors.ts';
import { writeSteps } from './write-steps.ts';

const AT_ONCE = 4;
/** As many as one request may carry. */
const USES_AT_ONCE = 1_000;

/** Lets one week happen: people sign up, subscribe and leave, and use what they have. */
export async function writeWeek(doors: Doors, week: Week): Promise<void> {
  await eachOf(week.signUps, (person) => signUp(doors, person));
  await eachOf(week.steps, (of) => writeSteps(doors, of));
  doors.walking.advanceTo(Math.max(week.days.endMs, doors.walking.nowMs()));
  await writeUses(doors, week.uses);
}

/** Books what was used, by the clock that walks; again it is known by its keys. */
export async function writeUses({ commands }: Doors, all: readonly Use[]): Promise<void> {
  const catalog = commands.catalog.current();
  for (let at = 0; at < all.length; at += USES_AT_ONCE) {
    const uses = all.slice(at, at + USES_AT_ONCE);
    const answers = await commands.usage.trackBatch(uses.map((use) => trackOf(use, catalog)));
    for (const answer of answers) if (answer instanceof Error) throw answer;
  }
}

async function signUp({ accounts }: Doors, { id, ...person }: Person): Promise<void> {
  await accounts.upsertUser(id, person, person.signedUpMs);
}

function trackOf({ user, key, event, amount, ...use }: Use, catalog: Catalog): TrackOperation {
  const [type, quantity] = [catalog.eventTypes.get(event), parseQuantity(amount)];
  assert(type !== undefined && quantity !== undefined, `${event} of ${amount} can be booked`);
  return {
    kind: 'track',
    user,
    event: type,
    amount: quantity,
    idempotencyKey: key,
    enforce: false,
    ...use,
  };
}

/** Some at once; of one item nothing overlaps. */
export async function eachOf<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items.values();
  const lane = async (): Promise<void> => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
}
