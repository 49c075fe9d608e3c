import { assert } from '@whisperforge/kernel/assert';
import { inputKinds } from '../../server/src/domains/analytics/index.ts';
import type { Company } from './company/company.ts';
import type { Days } from './company/story.ts';
import { tellings, type Told } from './company/told/told.ts';
import { DEMO_ACTOR, type Doors } from './doors.ts';

const LINES_AT_ONCE = 500;

export interface Telling {
  readonly when: Told['when'];
  /** Of which it is told. */
  readonly spans: readonly Days[];
  readonly nowMs: number;
}

/** What the business knows elsewhere; a line that is on record is known by its contents. */
export async function writeTold(
  { inputs }: Doors,
  company: Company,
  { when, spans, nowMs }: Telling,
): Promise<void> {
  const defaults = { currency: 'usd', origin: 'demo' };
  const context = { actor: DEMO_ACTOR, reason: 'the demo company', nowMs };
  for (const telling of tellings.filter((each) => each.when === when)) {
    const kind = inputKinds.find(({ name }) => name === telling.kind);
    assert(kind !== undefined, `${telling.kind} can be told`);
    const all = telling.lines(company, spans);
    for (let at = 0; at < all.length; at += LINES_AT_ONCE) {
      const lines = all.slice(at, at + LINES_AT_ONCE);
      const { refused } = await inputs.tell(kind, { lines, defaults, isDryRun: false }, context);
      assert(refused.length === 0, `all of ${telling.kind} is taken`);
    }
  }
}
